"""One colour for each project that lessons look at, wherever it appears."""

from __future__ import annotations

_COLOURS = {
    "terraform": "purple",
    "rails": "red",
    "ansible": "blue",
    "prometheus": "green",
    "jenkins": "olive",
    "terraform-provider-google": "lilac",
    "terraform-provider-azurerm": "blue",
    "terraform-provider-kubernetes": "green",
    "amazon.aws": "olive",
    "community.general": "lilac",
}


def colour_of(project: str) -> str:
    """Return the name of a project's colour; "ink" for any other, as the reader's own.

    Parameters
    ----------
    project : str
        For example ``"terraform"``.

    Returns
    -------
    str
        A name of `thousandfold.drawing.colours`.

    Examples
    --------
    >>> colour_of("rails")
    'red'
    """
    return _COLOURS.get(project.lower(), "ink")
