"""Bytes of a mail to text, whatever they claim to be: nothing here raises, and nothing grows without bound."""

import binascii
import codecs
import quopri
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

LONGEST_TEXT = 200_000  # bytes of one part that are looked at
NOT_TEXT = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2060\ufeff]")
LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028|\u2029")
SPACES = re.compile(r"[\u00a0\u2007\u202f]")


def decoded(content: bytes, charset: str) -> str:
    """By the charset it claims where that works, else UTF-8, else Windows'."""
    for name in (charset, "utf-8"):
        try:
            codec = codecs.lookup(name.strip() or "utf-8").name
            if codec not in NOT_TEXT:
                return content.decode(codec)
        except (LookupError, ValueError, AttributeError, TypeError):
            continue
    return _salvaged(content, charset)


def _salvaged(content: bytes, charset: str) -> str:
    """A multi-byte charset cut short keeps what it has."""
    try:
        if charset.lower().startswith(("utf", "iso-2022", "shift", "euc", "gb", "big5")):
            return content.decode(charset, "replace")
    except (LookupError, ValueError):
        pass
    return content.decode("cp1252", "replace")


def body_text(body: bytes, encoding: str, charset: str) -> str:
    """The text of a part's body; what lies beyond LONGEST_TEXT is left out."""
    return clean(decoded(unwrapped(body[:LONGEST_TEXT], encoding), charset))


def unwrapped(body: bytes, encoding: str) -> bytes:
    """Without its transfer encoding."""
    name = encoding.strip().lower()
    if name == "quoted-printable":
        return quopri.decodestring(body)
    if name == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        try:
            return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
        except binascii.Error:
            return body
    return body


def clean(text: str) -> str:
    """Plain line ends and spaces, no control characters."""
    return SPACES.sub(" ", CONTROLS.sub("", LINE_ENDS.sub("\n", text)))


def header_text(value: str) -> str:
    """RFC 2047 words read, on one line."""
    try:
        words = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, ValueError):
        words = [(value, None)]
    pieces = (piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in words)
    return " ".join(clean("".join(pieces)).split())


def folded(text: str) -> str:
    """For recognising words: lower case, without accents or typographic apostrophes, one space between words."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'").replace("\u2018", "'"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).casefold().split())
