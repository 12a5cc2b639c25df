"""From bytes to text."""

import codecs

import pytest

from relance.importers.decoding import decode
from relance.importers.reading import Unreadable, UnreadableCode

FRENCH = "Numéro;Société;Échéance\r\nF-1;Élevage de la Forêt;à régler avant l’été\r\n"

ENCODINGS = {
    "UTF-8": (FRENCH.encode("utf-8"), "utf-8"),
    "UTF-8 with a mark": (codecs.BOM_UTF8 + FRENCH.encode("utf-8"), "utf-8"),
    "UTF-16 little-endian with a mark": (codecs.BOM_UTF16_LE + FRENCH.encode("utf-16-le"), "utf-16"),
    "UTF-16 big-endian with a mark": (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16"),
    "UTF-16 little-endian without a mark": (FRENCH.encode("utf-16-le"), "utf-16-le"),
    "UTF-16 big-endian without a mark": (FRENCH.encode("utf-16-be"), "utf-16-be"),
    "UTF-32 with a mark": (codecs.BOM_UTF32_LE + FRENCH.encode("utf-32-le"), "utf-32"),
    "Windows": (FRENCH.encode("cp1252"), "cp1252"),
    "Mac": (FRENCH.encode("mac_roman"), "mac_roman"),
}
BINARIES = {
    "zip": (b"PK\x03\x04\x14\x00rest", UnreadableCode.ZIP),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, UnreadableCode.SPREADSHEET_OLD),
    "workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        UnreadableCode.SPREADSHEET_ENCRYPTED,
    ),
    "PDF": (b"%PDF-1.7\n", UnreadableCode.PDF),
    "PNG": (b"\x89PNG\r\n\x1a\n", UnreadableCode.IMAGE),
    "JPEG": (b"\xff\xd8\xff\xe0", UnreadableCode.IMAGE),
    "gzip": (b"\x1f\x8b\x08", UnreadableCode.BINARY),
    "database": (b"SQLite format 3\0", UnreadableCode.BINARY),
    "web page named .xls": (b"\n<html><table><tr>", UnreadableCode.MARKUP),
    "XML": (codecs.BOM_UTF8 + b"<?xml version='1.0'?>", UnreadableCode.MARKUP),
    "nothing": (b"", UnreadableCode.EMPTY),
    "blank lines": (b"\r\n \t\r\n", UnreadableCode.EMPTY),
    "a mark alone": (codecs.BOM_UTF8, UnreadableCode.EMPTY),
    "too much": (b"a" * (10 * 1024 * 1024 + 1), UnreadableCode.TOO_LARGE),
    "UTF-16 cut in the middle": (codecs.BOM_UTF16_LE + b"a\0b", UnreadableCode.WRONG_ENCODING),
}


@pytest.mark.parametrize(("content", "name"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_a_french_file_is_read_in_its_own_encoding(content: bytes, name: str) -> None:
    assert decode(content) == (FRENCH, name)


def test_a_euro_sign_tells_latin_9_from_windows() -> None:
    text = "Solde (€);cœur"
    assert decode(text.encode("iso8859-15")) == (text, "iso8859-15")
    assert decode(text.encode("cp1252")) == (text, "cp1252")


@pytest.mark.parametrize(("content", "code"), BINARIES.values(), ids=BINARIES.keys())
def test_what_is_not_text_is_refused_by_name(content: bytes, code: UnreadableCode) -> None:
    with pytest.raises(Unreadable) as refusal:
        decode(content)
    assert refusal.value.code is code


def test_stray_nuls_are_refused_with_their_line() -> None:
    with pytest.raises(Unreadable) as refusal:
        decode(b"a;b\n1;2\0\n3;4\n")
    assert refusal.value.code is UnreadableCode.NUL_BYTES
    assert refusal.value.facts == {"count": 1, "line": 2}


def test_utf_8_with_a_damaged_byte_is_refused_rather_than_garbled() -> None:
    with pytest.raises(Unreadable) as refusal:
        decode("Société;Échéance\n".encode() + b"caf\xe9\n")
    assert refusal.value.code is UnreadableCode.WRONG_ENCODING
    assert refusal.value.facts == {"encoding": "utf-8", "line": 2}


def test_the_user_s_encoding_is_followed() -> None:
    assert decode("Échéance".encode("cp850"), "cp850") == ("Échéance", "cp850")
    assert decode(codecs.BOM_UTF8 + "Échéance".encode(), "utf-8") == ("Échéance", "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "rot13", "punycode", "nonsense", "hex", ""])
def test_an_encoding_that_does_not_fit_is_refused(encoding: str) -> None:
    content = "Échéance".encode("cp1252")
    if not encoding:
        assert decode(content, encoding) == ("Échéance", "cp1252")
        return
    with pytest.raises(Unreadable) as refusal:
        decode(content, encoding)
    assert refusal.value.code is UnreadableCode.WRONG_ENCODING
