"""Templates that lie beside the code of a floor. Text is escaped where the file is HTML, SVG or XML by its name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates_of(package: str) -> Environment:
    """The templates in the folder ``templates`` of a package; a name that they are not given is an error.

    Examples
    --------
    >>> templates_of("trialsim.facts").from_string("{{ n }} patients").render(n=20)
    '20 patients'
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only where a template is filled in

    return Environment(
        loader=PackageLoader(package),
        autoescape=lambda name: name is not None and name.endswith((".html.jinja", ".svg.jinja", ".xml.jinja")),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
