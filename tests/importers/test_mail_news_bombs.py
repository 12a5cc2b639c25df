"""Mails made to hurt: read in bounded time and memory, never an exception, whatever the bytes."""

import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.importers.mail_news import NewsKind, read_news
from tests.importers.mails import OUR_UID, answer, failed, report

HEAD = b"From: a@b.fr\nSubject: Re: F\n"


def _nested(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(depth))
    return HEAD + opened + b"Content-Type: text/plain\n\nau fond\n" + b"x\n" * 200_000


BOMBS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "line ends": lambda: b"\r\n" * 1_000_000,
    "30 MB of text": lambda: HEAD + b"\n" + b"bonjour " * 3_750_000,
    "30 MB in base64": lambda: HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"QUJD" * 7_500_000,
    "one header of 5 MB": lambda: HEAD + b"References: " + b"<a@b> " * 800_000 + b"\n\nx",
    "a million headers": lambda: b"X-A: 1\n" * 1_000_000 + b"\nx",
    "1000 nested parts": lambda: _nested(1_000),
    "100 000 parts": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\nFrom: " + b"=?x?b?%%%?=" * 5_000 + b"\n\nx",
    "addresses": lambda: b"From: " + b'a@b, <("' * 100_000 + b"\n\n" + b"<a@b.fr>:\n" * 100_000,
    "quotes": lambda: HEAD + b"\n" + b">" * 500_000 + b"\n" + b"Le 9 " * 200_000,
    "tags": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<" * 500_000 + b"<!--" * 100_000 + b"<style>" * 50_000,
    "open tags": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<p class='" * 100_000,
    "entities": lambda: HEAD + b"Content-Type: text/html\n\n" + b"&lt;" * 100_000 + b"&#99999999999;" * 10_000,
    "recipients": lambda: report(*(failed("550 user unknown", address=f"a{n}@b.fr") for n in range(20_000))),
    "diagnostic": lambda: report(failed("user " * 300_000 + "mailbox " * 100_000, "5.5." + "5" * 100_000)),
    "notice": lambda: b"From: MAILER-DAEMON@x\nSubject: failure notice\n\n" + b"address a " * 200_000,
    "boundary": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"(" * 3_000 + b"\n\n--((\n",
    "parameters": lambda: HEAD + b"Content-Type: multipart/report" + b'; a="' * 50_000 + b"\n\nx",
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_read_in_bounded_memory(make: Callable[[], bytes]) -> None:
    raw = make()
    tracemalloc.start()
    news = read_news(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 120_000_000
    assert len(repr(news)) < 500_000


@pytest.mark.parametrize(
    "charset",
    ["x-unknown", "hex", "idna", "punycode", "unicode_escape", "undefined", "utf-16", "utf-7", "\x00", "a" * 999],
)
def test_a_strange_charset_still_gives_text(charset: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode() + "Réglé à l'échéance".encode()
    news = read_news(raw)
    assert news.kind is NewsKind.REPLY
    assert news.text


def test_nul_bytes_and_lone_carriage_returns_are_no_obstacle() -> None:
    raw = report(failed("550 5.1.1 user unknown", "5.1.1")).replace(b"\n", b"\r").replace(b"Status", b"Sta\0tus")
    news = read_news(raw)
    assert (news.kind, news.relance_ids) == (NewsKind.BOUNCE_HARD, (OUR_UID,))


@pytest.mark.parametrize("cut", range(0, 1_000, 37))
def test_a_report_cut_anywhere_is_read(cut: int) -> None:
    raw = report(failed("550 5.1.1 user unknown", "5.1.1"))
    read_news(raw[:cut])
    read_news(raw[cut:])


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    read_news(raw)
    read_news(HEAD + b"Content-Type: multipart/report; boundary=b\n\n--b\n" + raw)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(alphabet='=?utf-8QB<>@,;:"\\ aé\n', max_size=80))
def test_any_words_of_a_person_are_a_persons(text: str, subject: str) -> None:
    raw = answer(text.encode("utf-8", "replace").decode())
    assert read_news(raw).kind is NewsKind.REPLY
    read_news(
        b"Subject: " + subject.encode() + b"\nFrom: " + subject.encode() + b"\nDate: " + subject.encode() + b"\n\n"
    )
