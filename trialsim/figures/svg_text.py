"""A drawn picture as text: what matplotlib wrote, cleaned so that it can stand on any page, and as one document."""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass
from html import escape

from trialsim.figures.style import INK

_FONT = "font-family:'DejaVu Sans',Verdana,'Segoe UI',Arial,sans-serif"
_FRAME = "stroke-linejoin:round;stroke-linecap:butt;fill:currentColor;" + _FONT
_PROLOG = re.compile(r"^.*?<svg\b[^>]*>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_LEAKING_STYLE = re.compile(r"<defs>\s*<style\b[^>]*>.*?</style>\s*</defs>", re.DOTALL)
_FAMILY = re.compile(r"\s*font-family: [^;\"]*;?")
_ID = re.compile(r' id="([^"]*)"')
_USED = re.compile(r'(?:url\(#|href="#)([^)"]+)')
_TAG = re.compile(r"<(?:path|use|text|g)\b[^>]*>")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_EMPTY_GROUP = re.compile(r"<g>\s*</g>\s*")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn picture: two fragments of SVG on one ground of `width` times `height` points.

    Ink is `currentColor` in both, so the picture takes the colour of the text where it is shown.

    Attributes
    ----------
    base, layer : str
        What stays and what moves; `base` is empty where the whole picture moves.
    """

    width: float
    height: float
    base: str
    layer: str

    def alone(self, *, title: str = "", lines: tuple[str, ...] = (), alt: str = "") -> str:
        """Return the picture as one SVG document in black on opaque white, with `title` above and `lines` below.

        This is what is read where no kernel runs: on a page, on paper. It fills the width there is: Lab and its
        exporter make an image of it, which would keep a width in points even where the paper ends.

        Examples
        --------
        >>> Picture(100, 50, "", "<g/>").alone(lines=("A sentence.",)).startswith("<svg")
        True
        """
        above = 26.0 if title else 6.0
        room = max(20, int((self.width - 24) / 5.6))
        wrapped = [(part, not at) for line in lines if line for at, part in enumerate(textwrap.wrap(line, room))]
        texts, y = [], above + self.height + 6
        if title:
            texts.append(f'<text x="12" y="18" style="font-size:12px;font-weight:700">{escape(title)}</text>')
        for part, opens in wrapped:
            y += 19 if opens else 14
            texts.append(f'<text x="12" y="{y:g}" style="font-size:10px">{escape(part)}</text>')
        total = y + 10
        picture = f"{self.base}\n{self.layer}"
        body = "\n".join(texts)
        ids = set(_USED.findall(picture))
        mark = hashlib.sha256((picture + body).encode()).hexdigest()[:8]
        picture = _rename(picture, {name: f"{mark}-{name}" for name in ids})
        said = escape(alt or title, quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
            f'aria-label="{said}" width="100%" viewBox="0 0 {self.width:g} {total:g}">\n'
            f"<title>{said}</title>\n"
            f'<rect width="{self.width:g}" height="{total:g}" style="fill:#ffffff"/>\n'
            f'<g style="color:#000000;{_FRAME}">\n{body}\n'
            f'<g transform="translate(0 {above:g})">\n{picture}\n</g>\n</g>\n'
            "</svg>\n"
        )


def clean(svg: str, prefix: str) -> str:
    """Strip what leaks or churns, give ids that are used a prefix and drop the others, make ink `currentColor`."""
    text = _PROLOG.sub("", svg, count=1).rpartition("</svg>")[0]
    text = _LEAKING_STYLE.sub("", _METADATA.sub("", text, count=1), count=1)
    text = _FAMILY.sub("", text).replace(INK, "currentColor").replace(": #000000", ": currentColor")
    used = set(_USED.findall(text))
    text = _ID.sub(lambda found: found[0] if found[1] in used else "", text)
    text = _rename(text, {name: f"{prefix}-{name}" for name in used})
    # A hundredth of a point is below any pixel; shorter texts travel faster and do not differ between platforms.
    text = _TAG.sub(lambda tag: _LONG.sub(lambda number: f"{float(number[0]):.2f}", tag[0]), text)
    text = re.sub(r">\s*\n\s*<", ">\n<", text)
    while (fewer := _EMPTY_GROUP.sub("", text)) != text:
        text = fewer
    return text.strip()


def _rename(text: str, names: dict[str, str]) -> str:
    if not names:
        return text
    pattern = re.compile(r'( id="|url\(#|href="#)(' + "|".join(map(re.escape, sorted(names))) + r')(?=["\)])')
    return pattern.sub(lambda found: found[1] + names[found[2]], text)
