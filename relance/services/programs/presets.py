"""Programs that are ready to use: a new program starts from one of them, and is then the firm's own."""

from collections.abc import Mapping
from enum import StrEnum

from relance.domain.delivery import ChannelName
from relance.domain.program import Mode, Step


class Preset(StrEnum):
    """A ready program, from the most patient to the firmest, and one for public buyers."""

    GENTLE = "gentle"
    STANDARD = "standard"
    FIRM = "firm"
    PUBLIC = "public"


_EMAIL = (ChannelName.EMAIL,)


def _step(level: int, offset: int, model: str = "", *, deadline: int | None = None, mode: Mode = Mode.AUTO) -> Step:
    named = tuple((channel, model) for channel in _EMAIL if model)
    return Step(level, offset, channels=_EMAIL, mode=mode, templates=named, deadline_days=deadline)


# A formal notice always waits for a person's word. Public buyers have 30 days at least to pay, and pay through a
# platform where a file may lie: what is missing is asked for first (LEGAL 3).
PRESETS: Mapping[Preset, tuple[Step, ...]] = {
    Preset.GENTLE: (
        _step(0, -5),
        _step(1, 10, "niveau-1-oubli", deadline=10),
        _step(2, 25, "niveau-2-echeancier", deadline=10),
        _step(3, 45, "niveau-3-dernier-avis", deadline=10, mode=Mode.APPROVAL),
    ),
    Preset.STANDARD: (
        _step(0, -7),
        _step(0, 0),
        _step(1, 7, deadline=8),
        _step(2, 14, deadline=8),
        _step(3, 30, deadline=10, mode=Mode.APPROVAL),
    ),
    Preset.FIRM: (
        _step(0, -5),
        _step(1, 1, deadline=5),
        _step(2, 8, deadline=5),
        _step(3, 15, deadline=10, mode=Mode.APPROVAL),
    ),
    Preset.PUBLIC: (
        _step(0, -10, "rappel-grand-compte"),
        _step(1, 10, deadline=15),
        _step(2, 30, "niveau-2-grand-compte", deadline=15),
        _step(3, 60, deadline=15, mode=Mode.APPROVAL),
    ),
}
