"""Merge fields: plain replacement of #FIELD# and of blocks in a text a person wrote, never a template engine.

A field is written in capitals between # signs. A block is `[si WORD]…[fin]` or `[si WORD]…[sinon]…[fin]`; blocks may
stand inside each other. WORD is one of `Conditions` (pro, particulier, plusieurs, retard, jointe), or the name of a
field: `[si iban]…[fin]` is kept when #IBAN# has a value. Capitals don't matter in blocks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

FIELDS = frozenset(
    (
        *("REF", "CLIENT", "CONTACT", "SALUTATION", "DATE_FACTURE", "ECHEANCE", "MONTANT", "REGLE", "RESTE_DU"),
        *("JOURS_RETARD", "NIVEAU", "DATE_LIMITE", "RELANCES", "LISTE_FACTURES", "IBAN", "BIC", "LIEN_PAIEMENT"),
        *("PENALITES", "TAUX_PENALITES", "INDEMNITE", "ENTREPRISE", "SIGNATURE", "TELEPHONE", "COMMANDE"),
    )
)


class Word(StrEnum):
    """What a block may ask for, beside the fields."""

    PRO = "pro"
    CONSUMER = "particulier"
    SEVERAL = "plusieurs"
    LATE = "retard"
    ATTACHED = "jointe"


WORDS = frozenset(word.value for word in Word)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What blocks ask for. A customer of unknown kind is a consumer (LEGAL 4); `several` invoices, one of them `late`,
    all of them `attached`. Where `charged` is off, penalties aren't announced to a professional: `[si pro]` and
    `[si particulier]` are left out whole, with what stands after their `[sinon]`."""

    pro: bool = False
    several: bool = False
    late: bool = False
    attached: bool = False
    charged: bool = True

    def silent(self, word: Word) -> bool:
        """Whether neither part of a block of this word is kept."""
        return word in (Word.PRO, Word.CONSUMER) and self.pro and not self.charged

    def holds(self, word: Word) -> bool:
        """Whether a block of this word is kept."""
        match word:
            case Word.PRO:
                return self.pro
            case Word.CONSUMER:
                return not self.pro
            case Word.SEVERAL:
                return self.several
            case Word.LATE:
                return self.late
            case Word.ATTACHED:
                return self.attached


@dataclass(frozen=True, slots=True)
class Filled:
    """A finished text, and what it used that has no value or isn't known."""

    text: str
    missing: tuple[str, ...] = ()


class FaultCode(StrEnum):
    """Why a text can't be saved."""

    UNKNOWN_FIELD = "unknown_field"
    OPEN_FIELD = "open_field"  # #REF without its second sign
    UNKNOWN_BLOCK = "unknown_block"
    OPEN_BLOCK = "open_block"  # [si pro] without [fin]
    STRAY_ELSE = "stray_else"
    STRAY_END = "stray_end"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, as it is written, on which line, and what was probably meant."""

    code: FaultCode
    written: str
    line: int
    suggestion: str | None = None


class _Mark(StrEnum):
    TEXT = "text"
    FIELD = "field"
    IF = "if"
    ELSE = "else"
    END = "end"


@dataclass(frozen=True, slots=True)
class _Token:
    mark: _Mark
    value: str
    written: str
    line: int


_MARKS = re.compile(
    r"#(?P<field>[^\W\d_][\w-]*|(?-i:[A-Z][A-Z _-]*[A-Z]))#"
    r"|\[\s*si\s+(?P<if>[^\[\]\n]{1,60}?)\s*\]"
    r"|\[\s*(?:(?P<else>sinon)|(?P<end>fin))\s*\]",
    re.IGNORECASE,
)
_OPEN_FIELD = re.compile(rf"#({'|'.join(sorted(FIELDS, key=len, reverse=True))})\b(?!#)|\b(?<!#)([A-Z]+(?:_[A-Z]+)*)#")
# A block leaves a seam behind, so that a line with nothing else on it can go with it.
_SEAM = "\x00"
_BARE_LINE = re.compile(r"^[ \t]*\x00[\x00 \t]*(?:\n|\Z)", re.MULTILINE)
_SEAM_IN_SPACE = re.compile(r" \x00+(?= |$)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@lru_cache(maxsize=512)
def _parsed(text: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    end, line = 0, 1
    for found in _MARKS.finditer(text):
        tokens.append(_Token(_Mark.TEXT, text[end : found.start()], "", line))
        line += text.count("\n", end, found.start())
        mark = _Mark(found.lastgroup or _Mark.FIELD)
        value = found["field"] if mark is _Mark.FIELD else (found["if"] or "").lower()
        tokens.append(_Token(mark, value, found[0], line))
        line += found[0].count("\n")
        end = found.end()
    tokens.append(_Token(_Mark.TEXT, text[end:], "", line))
    return tuple(token for token in tokens if token.value or token.mark is not _Mark.TEXT)


def fill(text: str, values: Mapping[str, str | None], facts: Conditions, empty: str = "") -> Filled:
    """The text with its blocks decided and its fields replaced, once: a value is never looked at again.

    A field without a value, or one that isn't known, leaves `empty` and is named in `missing`; one in a block that is
    dropped doesn't matter.
    """
    parts: list[str] = []
    missing: dict[str, None] = {}
    kept: list[bool | None] = [True]  # for each open block, whether its present part is; None: neither
    for token in _parsed(text.replace(_SEAM, "")):
        if token.mark not in (_Mark.TEXT, _Mark.FIELD):
            if all(kept) and token.mark is _Mark.IF and not _is_known(token.value):
                missing[token.written] = None
            _turn(kept, token, values, facts)
            parts.append(_SEAM)
        elif all(kept):
            value = token.value if token.mark is _Mark.TEXT else _value(token.value, values)
            if not value:
                missing[token.value], value = None, empty
            parts.append(value)
    return Filled(_joined(parts), tuple(missing))


def _turn(kept: list[bool | None], token: _Token, values: Mapping[str, str | None], facts: Conditions) -> None:
    if token.mark is _Mark.IF:
        kept.append(_holds(token.value, values, facts))
    elif token.mark is _Mark.ELSE and len(kept) > 1:
        kept[-1] = None if kept[-1] is None else not kept[-1]
    elif token.mark is _Mark.END and len(kept) > 1:
        kept.pop()


def _value(field: str, values: Mapping[str, str | None]) -> str:
    value = (values.get(field) or "").replace(_SEAM, "")
    return value if field in FIELDS and not value.isspace() else ""


def _is_known(word: str) -> bool:
    return word in WORDS or word.upper() in FIELDS


def _holds(word: str, values: Mapping[str, str | None], facts: Conditions) -> bool | None:
    if word not in WORDS:
        return bool(_value(word.upper(), values))
    return None if facts.silent(Word(word)) else facts.holds(Word(word))


def _joined(parts: list[str]) -> str:
    text = _BARE_LINE.sub("", "".join(parts))
    text = _SEAM_IN_SPACE.sub("", text).replace(_SEAM, "")
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def uses(text: str) -> frozenset[str]:
    """The known fields a text names, kept or not."""
    return frozenset(token.value for token in _parsed(text) if token.mark is _Mark.FIELD) & FIELDS


def faults(text: str) -> tuple[Fault, ...]:
    """All that keeps a text from being saved, in order of lines; empty when it is sound."""
    return tuple(sorted((*_field_faults(text), *_block_faults(text)), key=lambda fault: fault.line))


def _field_faults(text: str) -> Iterator[Fault]:
    for token in _parsed(text):
        if token.mark is _Mark.FIELD and token.value not in FIELDS:
            yield Fault(FaultCode.UNKNOWN_FIELD, token.value, token.line, _nearest(token.value.upper(), FIELDS))
        elif token.mark is _Mark.TEXT:
            for found in _OPEN_FIELD.finditer(token.value):
                name = found[1] or found[2]
                if name in FIELDS:
                    line = token.line + token.value.count("\n", 0, found.start())
                    yield Fault(FaultCode.OPEN_FIELD, found[0], line, name)


def _block_faults(text: str) -> Iterator[Fault]:
    opened: list[tuple[_Token, bool]] = []  # with whether its [sinon] came
    for token in _parsed(text):
        if token.mark is _Mark.IF:
            opened.append((token, False))
            if not _is_known(token.value):
                choices = WORDS | {field.lower() for field in FIELDS}
                nearest = _nearest(token.value, frozenset(choices))
                yield Fault(FaultCode.UNKNOWN_BLOCK, token.written, token.line, nearest)
        elif token.mark is _Mark.ELSE:
            if not opened or opened[-1][1]:
                yield Fault(FaultCode.STRAY_ELSE, token.written, token.line)
            else:
                opened[-1] = (opened[-1][0], True)
        elif token.mark is _Mark.END:
            if opened:
                opened.pop()
            else:
                yield Fault(FaultCode.STRAY_END, token.written, token.line)
    for token, _ in opened:
        yield Fault(FaultCode.OPEN_BLOCK, token.written, token.line)


def _nearest(name: str, choices: frozenset[str]) -> str | None:
    found = get_close_matches(name.replace("-", "_").replace(" ", "_"), sorted(choices), n=1, cutoff=0.6)
    return found[0] if found else None
