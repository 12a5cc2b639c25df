"""Charts drawn by the server: numbers in, the coordinates of an SVG out. Templates draw them, with classes alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, TOP, BOTTOM, LEFT, RIGHT = 280, 24, 140, 34, 268
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)  # between two lines of the grid


@dataclass(frozen=True, slots=True)
class Spot:
    """One value: where it stands, and its place among all."""

    x: float
    y: float
    place: int


@dataclass(frozen=True, slots=True)
class LineChart:
    """`pieces` are the points that follow each other without a gap; `grid` the lines, each with its number."""

    pieces: tuple[tuple[Spot, ...], ...]
    grid: tuple[tuple[float, int], ...]
    places: tuple[float, ...]  # the x of every value, known or not

    @property
    def last(self) -> Spot:
        """The newest point."""
        return self.pieces[-1][-1]


def shares(amounts: Sequence[int]) -> list[float]:
    """How long each bar is, in percent of the longest; nothing below zero has a bar."""
    most = max((*amounts, 0))
    return [round(100 * max(amount, 0) / most, 1) if most else 0.0 for amount in amounts]


def line_chart(values: Sequence[float | None]) -> LineChart | None:
    """A line through the values that are known; None below two of them."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    grid = _grid(min(known), max(known))
    low, high = grid[0], grid[-1]
    places = [round(LEFT + 6 + (RIGHT - LEFT - 12) * number / (len(values) - 1), 1) for number in range(len(values))]

    def height(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    pieces: list[list[Spot]] = [[]]
    for number, value in enumerate(values):
        if value is not None:
            pieces[-1].append(Spot(places[number], height(value), number))
        elif pieces[-1]:
            pieces.append([])
    lines = tuple((height(value), value) for value in grid)
    return LineChart(tuple(tuple(piece) for piece in pieces if piece), lines, tuple(places))


def _grid(low: float, high: float) -> list[int]:
    """Round numbers around the values, three to five of them."""
    step = next((one for one in STEPS if (high - low) <= 3 * one), STEPS[-1])
    first = math.floor(low / step) * step
    last = max(math.ceil(high / step) * step, first + 2 * step)
    if (last - first) // step > 5:
        step = math.ceil((last - first) / 4)
    return list(range(first, last + step, step))
