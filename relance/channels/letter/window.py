"""Where things stand on the first page, by kind of window envelope (LEGAL 11); millimetres from the top left."""

from dataclasses import dataclass

from relance.channels.letter.values import Window


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From side to side."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Frame:
    """The geometry of a first page."""

    address: Box  # what every window of the kind shows: the address keeps within it
    kept_clear: Box  # nothing but the address, and the return line, may lie in it
    letterhead: Box  # its logo and lines; they may grow past the bottom, the text then starts lower
    date: Box
    return_line: float | None  # baseline, None where the form has none
    text_top: float
    folds: tuple[float, float]


PAGE = Box(0, 0, 210, 297)
MARGINS = Box(20, 24, 190, 290)
PUNCH = 148.5

_FRENCH = Frame(
    address=Box(110, 50, 190, 79),
    kept_clear=Box(95, 30, 205, 95),
    letterhead=Box(20, 12, 92, 94),
    date=Box(110, 97, 190, 102),
    return_line=None,
    text_top=108,
    folds=(99, 198),
)
_DIN_A = Frame(
    address=Box(25, 39, 103, 71),
    kept_clear=Box(20, 27, 105, 72),
    letterhead=Box(125, 10, 190, 72),
    date=Box(125, 78, 190, 83),
    return_line=31,
    text_top=88,
    folds=(87, 192),
)
_DIN_B = Frame(
    address=Box(25, 57, 103, 89),
    kept_clear=Box(20, 45, 105, 90),
    letterhead=Box(125, 10, 190, 90),
    date=Box(125, 96, 190, 101),
    return_line=49,
    text_top=108,
    folds=(105, 210),
)
_FRAMES = {Window.FRENCH_RIGHT: _FRENCH, Window.DIN_LEFT_A: _DIN_A, Window.DIN_LEFT_B: _DIN_B}


def frame_of(window: Window) -> Frame:
    """The geometry of a kind of envelope."""
    return _FRAMES[window]
