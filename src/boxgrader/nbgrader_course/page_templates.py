"""Templates of our own pages, which escape whatever is put into them."""

from __future__ import annotations

import functools

import jinja2


@functools.cache
def template(name: str) -> jinja2.Template:
    """Return one of the pages in ``templates/``."""
    loader = jinja2.PackageLoader("boxgrader.nbgrader_course")
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return pages.get_template(name)
