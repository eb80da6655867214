"""The picture of a result: requests a second and the slowest hundredth, by connections."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from attrs import frozen

LOADS = ("create", "get", "list", "mixed")
COLOURS: Mapping[str, str] = {"mock": "#2563eb", "raw": "#6b7280", "prism": "#d97706"}
_NAMES: Mapping[str, str] = {"mock": "the mock", "raw": "bare ASGI application", "prism": "Prism"}
_ROWS = (("per_second", "requests a second"), ("p99", "p99, ms"))
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP, _BELOW = 190.0, 150.0, 70.0, 60.0, 40.0, 70.0

Cell = Mapping[str, Any]


@frozen
class Axis:
    """A logarithmic axis: where a value lies on it, and the powers of ten on the way."""

    least: float
    most: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of a value."""
        span = math.log(self.most / self.least) or 1.0
        return self.start + math.log(value / self.least) / span * (self.end - self.start)

    def tens(self) -> list[float]:
        """Return the powers of ten on the axis."""
        powers = range(math.ceil(math.log10(self.least)), math.floor(math.log10(self.most)) + 1)
        return [10.0**power for power in powers]


def svg(cells: Sequence[Cell]) -> str:
    """Return the picture of a result's cells: a column for each load, a row for each figure."""
    loads = [load for load in LOADS if any(cell["operation"] == load for cell in cells)]
    width = _LEFT + len(loads) * (_WIDTH + _GAP)
    height = _TOP + len(_ROWS) * (_HEIGHT + _BELOW)
    begin = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        'font-family="sans-serif" font-size="12" fill="#374151">'
    )
    parts = [
        begin,
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>',
        *_legend(cells),
    ]
    for row, (figure, title) in enumerate(_ROWS):
        top = _TOP + row * (_HEIGHT + _BELOW)
        found = [cell[figure] for cell in cells if cell[figure] > 0]
        upright = Axis(min(found) / 1.3, max(found) * 1.3, top + _HEIGHT, top)
        middle = f"translate(16 {top + _HEIGHT / 2:.0f}) rotate(-90)"
        parts.append(f'<text transform="{middle}" text-anchor="middle">{escape(title)}</text>')
        parts += _scale(upright)
        for column, load in enumerate(loads):
            left = _LEFT + column * (_WIDTH + _GAP)
            some = [cell for cell in cells if cell["operation"] == load]
            parts += _panel(load, figure, some, upright, left)
    return "\n".join([*parts, "</svg>", ""])


def _legend(cells: Sequence[Cell]) -> Iterable[str]:
    left = _LEFT
    for name in dict.fromkeys(str(cell["server"]) for cell in cells):
        yield f'<rect x="{left:.0f}" y="12" width="14" height="4" fill="{COLOURS[name]}"/>'
        yield f'<text x="{left + 20:.0f}" y="19">{escape(_NAMES[name])}</text>'
        left += 60 + 7 * len(_NAMES[name])


def _scale(axis: Axis) -> Iterable[str]:
    for value in axis.tens():
        yield (
            f'<text x="{_LEFT - 8:.0f}" y="{axis.at(value) + 4:.1f}" text-anchor="end">'
            f"{value:,g}</text>"
        )


def _panel(
    load: str, figure: str, cells: Sequence[Cell], upright: Axis, left: float
) -> Iterable[str]:
    """Yield one figure of one load: a line for each server."""
    counts = sorted({int(cell["connections"]) for cell in cells})
    across = Axis(counts[0], counts[-1], left + 10, left + _WIDTH - 10)
    middle, above = left + _WIDTH / 2, upright.end - 8
    yield f'<text x="{middle:.0f}" y="{above:.0f}" text-anchor="middle">{escape(load)}</text>'
    yield (
        f'<rect x="{left:.0f}" y="{upright.end:.0f}" width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}" '
        'fill="none" stroke="#d1d5db"/>'
    )
    for value in upright.tens():
        y = upright.at(value)
        yield f'<path d="M{left:.0f} {y:.1f}h{_WIDTH:.0f}" stroke="#e5e7eb"/>'
    for count in counts:
        yield (
            f'<text x="{across.at(count):.1f}" y="{upright.start + 16:.0f}" '
            f'text-anchor="middle">{count}</text>'
        )
    below = upright.start + 32
    yield f'<text x="{middle:.0f}" y="{below:.0f}" text-anchor="middle">connections</text>'
    for server in dict.fromkeys(str(cell["server"]) for cell in cells):
        points = [
            (across.at(cell["connections"]), upright.at(cell[figure]))
            for cell in sorted(cells, key=lambda cell: int(cell["connections"]))
            if cell["server"] == server and cell[figure] > 0
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        colour = COLOURS[server]
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
