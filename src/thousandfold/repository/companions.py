"""What goes along with a change and is no part of the product by itself: tests, documents, records.

Tests change with what they test, and a release writes a version into every package. Read as areas
of their own they are tied to everything, and say nothing about who needs whom.
"""

from __future__ import annotations

import re

TESTS, DOCUMENTS, RECORDS = "tests", "documents", "lists and changelogs"
VENDORED, HOUSE = "code of others", "settings"

_NAMES = {
    TESTS: r"(.*[._-])?(tests?|e2e|fixtures|mocks?)([._-].*)?|__tests__|specs?|testdata|testing"
    r"|conftest\.py|.*[._-]spec\.[^.]+",
    DOCUMENTS: r"docs?|documentation|guides?|examples?|samples?|.*\.(md|rst)",
    RECORDS: r"change-?logs?|\.?changesets?|\.changes|newsfragments|__init__\.py",
    VENDORED: r"_?vendor(ed|s)?|third[_-]party|node_modules",
    HOUSE: r"\..*",
}
_KINDS = [(kind, re.compile(pattern.encode(), re.I)) for kind, pattern in _NAMES.items()]

# What a tool writes into every package at once: versions, locks, lists of changes.
_WRITTEN = re.compile(
    rb"(change-?log|changes|history|news|releases?|release-notes)(\.(md|rst|txt|adoc))?"
    rb"|.*[.-]lock(\.(ya?ml|json|toml))?|package-lock\.json|npm-shrinkwrap\.json|bun\.lockb"
    rb"|go\.(mod|sum)|requirements[\w.-]*\.txt"
    rb"|package\.json|lerna\.json|cargo\.toml|pyproject\.toml|setup\.(py|cfg)|composer\.json"
    rb"|gemfile|.*\.gemspec|pom\.xml|chart\.yaml|.*\.(csproj|podspec)|pubspec\.yaml"
    rb"|_*(gem_)?version_*(\.\w+)?",
    re.I,
)


def is_written_along(path: bytes) -> bool:
    """Say whether a file only records what happened: a version, a lock, a list of changes.

    Examples
    --------
    >>> [is_written_along(path) for path in (b"a/package.json", b"a/CHANGELOG.md", b"a/cart.py")]
    [True, True, False]
    """
    return _WRITTEN.fullmatch(path.rpartition(b"/")[2]) is not None


def companion(area: bytes) -> str | None:
    """Return as what an area goes along with others, or None for a part of the product.

    Tests inside an area belong to it: `shop/cart/tests` is looked at only where it is an area.

    Examples
    --------
    >>> companion(b"packages/tests"), companion(b".github"), companion(b"src/cart")
    ('tests', 'settings', None)
    """
    names = area.split(b"/")
    return next(
        (kind for kind, pattern in _KINDS if any(pattern.fullmatch(name) for name in names)), None
    )
