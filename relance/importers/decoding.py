"""Bytes to text: byte order marks, UTF-16 that its NULs prove, UTF-8, then the likeliest old Western encoding."""

import codecs
from collections import Counter

from relance.importers.reading import Unreadable, UnreadableCode

LARGEST = 10 * 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"PK\x03\x04", UnreadableCode.ZIP),
    (b"PK\x05\x06", UnreadableCode.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnreadableCode.SPREADSHEET_OLD),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", UnreadableCode.SPREADSHEET_OLD),
    (b"%PDF", UnreadableCode.PDF),
    (b"\x89PNG", UnreadableCode.IMAGE),
    (b"\xff\xd8\xff", UnreadableCode.IMAGE),
    (b"GIF8", UnreadableCode.IMAGE),
    (b"\x1f\x8b", UnreadableCode.BINARY),
    (b"Rar!", UnreadableCode.BINARY),
    (b"7z\xbc\xaf", UnreadableCode.BINARY),
    (b"SQLite format 3\0", UnreadableCode.BINARY),
    (b"{\\rtf", UnreadableCode.BINARY),
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<style", b"<meta")
_LADDER = ("cp1252", "iso8859-15", "mac_roman")
_LIKELY = frozenset("éèêëàâäçùûüîïôöœÉÈÊÀÂÇÔÎŒ€°º’‘“”«»–\u00a0")
_CHOSEN = frozenset((*_LADDER, "utf-8", "utf-16", "utf-32", "iso8859-1", "cp850", "cp437", "ascii", "mac-roman"))
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"


def decode(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the name of its encoding; `encoding` is the user's word and is followed or refused.

    Raises Unreadable for what isn't text: nothing at all, too much, another kind of file, stray NULs.
    """
    if len(content) > LARGEST:
        raise Unreadable(UnreadableCode.TOO_LARGE, bytes=len(content), largest=LARGEST)
    if not content.strip(_BLANK):
        raise Unreadable(UnreadableCode.EMPTY)
    refuse_binary(content)
    text, name = _as_told(content, encoding) if encoding else _guess(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable(UnreadableCode.NUL_BYTES, count=text.count("\0"), line=line)
    return text.removeprefix("\ufeff"), name


def refuse_binary(content: bytes) -> None:
    """Raise Unreadable for the files that people take for an export: workbooks, PDFs, pictures, web pages."""
    for signature, code in _SIGNATURES:
        if content.startswith(signature):
            raise Unreadable(_old_or_encrypted(content) if code is UnreadableCode.SPREADSHEET_OLD else code)
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:16].lower().startswith(_MARKUP):
        raise Unreadable(UnreadableCode.MARKUP)


def _old_or_encrypted(content: bytes) -> UnreadableCode:
    # A workbook with a password is an OLE file, like an old .xls, with these streams inside.
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UnreadableCode.SPREADSHEET_ENCRYPTED
    return UnreadableCode.SPREADSHEET_OLD


def _as_told(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(encoding).name
        if name.removesuffix("-sig") not in _CHOSEN:
            raise LookupError(encoding)
        return content.decode(name), name
    except (LookupError, UnicodeError, ValueError) as error:
        raise Unreadable(UnreadableCode.WRONG_ENCODING, encoding=encoding) from error


def _guess(content: bytes) -> tuple[str, str]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strictly(content, name)
    wide = _unmarked_utf16(content)
    if wide:
        return _strictly(content, wide)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(content, error.start)
        return max((_rung(content, name) for name in _LADDER), key=lambda rung: rung[0])[1:]


def _refuse_broken_utf8(content: bytes, start: int) -> None:
    """UTF-8 with a few bad bytes is damaged, or two files glued together; another encoding would garble the rest."""
    text = content.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", errors="ignore")) - bad
    if good > bad:
        line = content.count(b"\n", 0, start) + 1
        raise Unreadable(UnreadableCode.WRONG_ENCODING, encoding="utf-8", line=line)


def _strictly(content: bytes, name: str) -> tuple[str, str]:
    try:
        return content.decode(name), name.removesuffix("-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(UnreadableCode.WRONG_ENCODING, encoding=name) from error


def _unmarked_utf16(content: bytes) -> str | None:
    """Western text in UTF-16 has a NUL in nearly every pair of bytes, always on the same side."""
    if len(content) % 2 or b"\0" not in content:
        return None
    even, odd = content[0::2].count(0), content[1::2].count(0)
    pairs = len(content) // 2
    if odd * 10 >= pairs * 7 and even * 20 <= pairs:
        return "utf-16-le"
    if even * 10 >= pairs * 7 and odd * 20 <= pairs:
        return "utf-16-be"
    return None


def _rung(content: bytes, name: str) -> tuple[int, str, str]:
    """How French the bytes look in one encoding; on a tie the first rung of the ladder stands."""
    counts = Counter(content)
    high = {byte: count for byte, count in counts.items() if byte > 0x7F}
    score = sum(count * _weight(bytes((byte,)).decode(name, errors="replace")) for byte, count in high.items())
    return score, content.decode(name, errors="replace"), name


def _weight(char: str) -> int:
    if char in _LIKELY:
        return 1
    return -3 if char == "\ufffd" or "\x80" <= char < "\xa0" else -1
