"""The text of an SMS: what fits the GSM-7 alphabet, how many parts it takes, what it costs (LEGAL 10)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# 3GPP TS 23.038: one unit each, then those that take an escape and so two units.
GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("^{}\\[~]|€")

# What a typewriter writes instead. Other compatibility characters (ligatures, ², ½, …) are told by Unicode itself.
TYPOGRAPHIC = {
    **dict.fromkeys("‘’‚‛′`´ʼʹ‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃•·", "-"),
    **dict.fromkeys("\u2028\u2029\x85\v\f", "\n"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff", ""),
    **{"œ": "oe", "Œ": "OE", "ĳ": "ij", "°": "o", "×": "x", "÷": "/", "⁄": "/", "©": "(c)", "®": "(R)", "…": "..."},
    **{"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "\t": " "},
}
_ALLOWED_CONTROL = "\n"
_QUOTES_WITH_THEIR_SPACES = ((re.compile(r"«\s*"), "«"), (re.compile(r"(?<!\s)\s+»"), "»"))


class Encoding(StrEnum):
    """How the text travels."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


# Units in a message of one part, and in each part of a longer one.
SIZES = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text takes. `characters` counts as the network does: two for €, two for an emoji."""

    encoding: Encoding
    characters: int
    parts: int
    per_part: int
    forced_by: tuple[str, ...] = ()  # the characters, each once, that rule GSM-7 out


def normalise(text: str, *, without_accents: bool, gsm_only: bool = False) -> str:
    """The text with plain quotes, dashes, spaces and letters for typographic ones (LEGAL 10).

    `without_accents` takes all accents off; `gsm_only` those alone that GSM-7 has no letter for (ê, ç, À). What has no
    plain twin, such as an emoji, stays.
    """
    for pattern, quote in _QUOTES_WITH_THEIR_SPACES:
        text = pattern.sub(quote, text)
    text = re.sub(r"Œ(?=[a-zà-ÿ])", "Oe", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    plain = "".join(map(_plain, text))
    if without_accents:
        return "".join(map(_bare, plain))
    return "".join(char if _fits(char) else _bare(char) for char in plain) if gsm_only else plain


def parts(text: str) -> Parts:
    """How many parts a text takes, as it is; an escaped pair or a surrogate pair is never cut in two."""
    strangers = tuple(dict.fromkeys(char for char in text if not _fits(char)))
    encoding = Encoding.UCS2 if strangers else Encoding.GSM7
    widths = [_width(char, encoding) for char in text]
    whole, piece = SIZES[encoding]
    total = sum(widths)
    if total <= whole:
        return Parts(encoding, total, 1 if text else 0, whole, strangers)
    return Parts(encoding, total, _filled(widths, piece), piece, strangers)


def _fits(char: str) -> bool:
    return char in GSM7 or char in GSM7_EXTENSION


def _width(char: str, encoding: Encoding) -> int:
    if encoding is Encoding.UCS2:
        return 2 if ord(char) > 0xFFFF else 1
    return 2 if char in GSM7_EXTENSION else 1


def _filled(widths: list[int], size: int) -> int:
    count, room = 1, size
    for width in widths:
        if width > room:
            count, room = count + 1, size
        room -= width
    return count


def _plain(char: str) -> str:
    if char in TYPOGRAPHIC:
        return TYPOGRAPHIC[char]
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in ("Cc", "Cs"):
        return char if char in _ALLOWED_CONTROL else ""
    if _fits(char):
        return char
    compatible = "".join(TYPOGRAPHIC.get(one, one) for one in unicodedata.normalize("NFKC", char))
    return compatible if all(map(_fits, compatible)) else char


def _bare(char: str) -> str:
    """The letter under an accent, where GSM-7 has it; a lone accent is nothing."""
    base = "".join(one for one in unicodedata.normalize("NFD", char) if not unicodedata.combining(one))
    return base if all(map(_fits, base)) else char
