"""The built-in models: at which moment each is of use, through which channels, and which one a step takes by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from relance.domain.delivery import ChannelName
from relance.domain.program import Tone


class Stage(StrEnum):
    """The moment of a reminder that a model is written for."""

    BEFORE_DUE = "before_due"
    DUE_DAY = "due_day"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"

    @property
    def level(self) -> int:
        """The level of its steps: 0 until the due day, then 1 to 3."""
        return max(0, list(Stage).index(self) - 1)


def stage_of(level: int, offset: int) -> Stage:
    """The moment of a step."""
    if level == 0:
        return Stage.BEFORE_DUE if offset < 0 else Stage.DUE_DAY
    return list(Stage)[level + 1]


_E, _S, _L = ChannelName.EMAIL, ChannelName.SMS, ChannelName.LETTER
_CHANNELS: Mapping[Stage, Mapping[str, tuple[ChannelName, ...]]] = {
    Stage.BEFORE_DUE: {
        "rappel": (_E, _S, _L),
        "rappel-court": (_E, _S),
        "rappel-grand-compte": (_E, _L),
        "rappel-particulier": (_E, _S, _L),
        "rappel-premiere-facture": (_E, _L),
    },
    Stage.DUE_DAY: {
        "echeance": (_E, _S, _L),
        "echeance-prelevement": (_E, _S, _L),
        "echeance-cheque": (_E, _S, _L),
        "echeance-particulier": (_E, _S, _L),
    },
    Stage.FIRST: {
        "niveau-1": (_E, _S, _L),
        "niveau-1-oubli": (_E, _S, _L),
        "niveau-1-partiel": (_E, _S, _L),
        "niveau-1-plusieurs": (_E, _S, _L),
        "niveau-1-sms": (_S,),
    },
    Stage.SECOND: {
        "niveau-2": (_E, _S, _L),
        "niveau-2-echeancier": (_E, _S, _L),
        "niveau-2-motif": (_E, _S, _L),
        "niveau-2-grand-compte": (_E, _L),
        "niveau-2-sms": (_S,),
    },
    Stage.THIRD: {
        "niveau-3": (_E, _S, _L),
        "niveau-3-particulier": (_E, _L),
        "niveau-3-plusieurs": (_E, _L),
        "niveau-3-dernier-avis": (_E, _L),
    },
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """The models of a moment for steps that name none: by the tone of the customer's group, or for who is no business.

    A customer of unknown kind counts as a consumer (LEGAL 4).
    """

    standard: str
    gentle: str
    firm: str
    consumer: str | None = None  # none: as for everybody


_CHOICES: Mapping[Stage, _Choice] = {
    #                         standard    gentle                 firm            consumer, whatever the tone
    Stage.BEFORE_DUE: _Choice("rappel", "rappel", "rappel-court", "rappel-particulier"),
    Stage.DUE_DAY: _Choice("echeance", "echeance", "echeance", "echeance-particulier"),
    Stage.FIRST: _Choice("niveau-1", "niveau-1-oubli", "niveau-1"),
    Stage.SECOND: _Choice("niveau-2", "niveau-2-echeancier", "niveau-2"),
    Stage.THIRD: _Choice("niveau-3", "niveau-3", "niveau-3", "niveau-3-particulier"),
}


class Chosen(StrEnum):
    """For whom a model is taken by steps that name none."""

    STANDARD = "standard"
    GENTLE = "gentle"
    FIRM = "firm"
    CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One of the models that are there from the start. Its name is stable: a program may say it."""

    name: str
    stage: Stage
    channels: tuple[ChannelName, ...]  # those that it fits

    @property
    def level(self) -> int:
        """The level of the steps it is for."""
        return self.stage.level


@lru_cache(maxsize=1)
def catalogue() -> tuple[BuiltIn, ...]:
    """The built-in models in order of levels, the one that a step takes by itself first."""
    return tuple(BuiltIn(name, stage, fits) for stage, models in _CHANNELS.items() for name, fits in models.items())


@lru_cache(maxsize=1)
def by_name() -> Mapping[str, BuiltIn]:
    """The built-in models by name."""
    return {model.name: model for model in catalogue()}


def builtin_names() -> frozenset[str]:
    """The names of the built-in models."""
    return frozenset(by_name())


def chosen_for(name: str) -> tuple[Chosen, ...]:
    """For whom a model is taken where a step names none; those for whom the standard one is taken aren't said."""
    model = by_name().get(name)
    if model is None:
        return ()
    choice = _CHOICES[model.stage]
    if name == choice.standard:
        return (Chosen.STANDARD,)
    said = {Chosen.GENTLE: choice.gentle, Chosen.FIRM: choice.firm, Chosen.CONSUMER: choice.consumer}
    return tuple(one for one, its in said.items() if its == name)


def default_name(level: int, offset: int) -> str:
    """The model of a level that has a text for every channel."""
    return _CHOICES[stage_of(level, offset)].standard


def chosen_names(level: int, offset: int, tone: Tone, *, pro: bool) -> tuple[str, ...]:
    """The models of a step that names none, the best first; the last has a text for every channel."""
    choice = _CHOICES[stage_of(level, offset)]
    best = {Tone.STANDARD: choice.standard, Tone.GENTLE: choice.gentle, Tone.FIRM: choice.firm}[tone]
    if not pro and choice.consumer:
        best = choice.consumer
    return tuple(dict.fromkeys((best, choice.standard)))
