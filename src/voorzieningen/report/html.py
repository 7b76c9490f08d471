"""Pages as HTML: self-contained, escaped, without scripts."""

import base64
from functools import cache

import jinja2
from markupsafe import Markup

from voorzieningen import messages

PACKAGE, FOLDER = "voorzieningen.report", "templates"


def render(template: str, **parts: object) -> str:
    """Fill a template; all text is escaped.

    Parameters
    ----------
    template
        Name of a file in `templates/`.
    parts
        What the template shows.
    """
    return _environment().get_template(template).render(**parts)


def as_data_uri(png: bytes) -> str:
    """Turn an image into an address that holds the image itself.

    Parameters
    ----------
    png
        The bytes of a PNG.
    """
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader(PACKAGE, FOLDER)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style, _, _ = loader.get_source(environment, "style.css")
    environment.globals.update(
        style=Markup(style),  # noqa: S704 our own style sheet, no data in it
        data_uri=as_data_uri,
        status=messages.STATUS,
        marks=messages.STATUS_MARK,
    )
    environment.filters.update(number=messages.number, sentence=messages.sentence, listing=messages.listing)
    return environment
