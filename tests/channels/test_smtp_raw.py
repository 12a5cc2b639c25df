"""Servers that no library would make: half answers, endless answers, one byte at a time."""

import socket
from threading import Event

import pytest

from relance.channels.email import Security
from relance.domain.delivery import Attachment, Fate
from tests.channels.builders import a_message
from tests.channels.raw_server import EHLO, GREETING, OK, Talk, answers, raw_server, read_to_the_dot
from tests.channels.sending import failure, send
from tests.channels.smtp_server import IMPATIENT, SmtpServer

GO_AHEAD = b"354 go\r\n"
UP_TO_BODY = (GREETING, EHLO, OK, OK, GO_AHEAD)


def after_the_dot(last: bytes, *, reset: bool = False) -> Talk:
    """Take the whole message, then say `last` and hang up."""

    def talk(connection: socket.socket) -> None:
        answers(*UP_TO_BODY)(connection)
        read_to_the_dot(connection)
        connection.sendall(last)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    return talk


def drip(reply: bytes, before: tuple[bytes, ...] = ()) -> Talk:
    """One byte of the reply now and then, for ever."""

    def talk(connection: socket.socket) -> None:
        pace = Event()
        if before:
            answers(*before)(connection)
        while True:
            for byte in reply:
                connection.sendall(bytes([byte]))
                pace.wait(0.02)

    return talk


def outcome(talk: Talk, **changes: object) -> tuple[str, Fate]:
    with raw_server(talk) as port:
        failed = failure(SmtpServer().account(port=port, timeouts=IMPATIENT, **changes))
    return failed.code, failed.fate


def test_a_server_that_never_greets_is_not_available() -> None:
    assert outcome(lambda connection: _ignore(connection.recv(1))) == ("smtp.not_available", Fate.REQUEUE)


def _ignore(_: bytes) -> None:
    return None


@pytest.mark.parametrize("greeting", [b"", b"220", b"HTTP/1.1 400 Bad Request\r\n", b"\xff\xfe\x00\r\n", b"\r\n"])
def test_a_server_that_greets_oddly_is_not_available(greeting: bytes) -> None:
    assert outcome(answers(greeting)) == ("smtp.not_available", Fate.REQUEUE)


def test_a_greeting_that_drips_for_ever_ends_at_the_deadline() -> None:
    assert outcome(drip(b"220-welcome\r\n")) == ("smtp.not_available", Fate.REQUEUE)


def test_an_answer_after_the_dot_that_drips_for_ever_is_unknown() -> None:
    def talk(connection: socket.socket) -> None:
        answers(*UP_TO_BODY)(connection)
        read_to_the_dot(connection)
        drip(b"250-2.0.0 wait\r\n")(connection)

    assert outcome(talk) == ("smtp.no_answer", Fate.UNKNOWN)


@pytest.mark.parametrize("last", [b"", b"250", b"250 2.0.0 ok", b"250-2.0.0 ok\r\n", b"what\r\n", b"\r\n"])
def test_less_than_an_answer_after_the_dot_is_unknown(last: bytes) -> None:
    assert outcome(after_the_dot(last)) == ("smtp.no_answer", Fate.UNKNOWN)


def test_a_reset_after_the_dot_is_unknown() -> None:
    assert outcome(after_the_dot(b"", reset=True)) == ("smtp.no_answer", Fate.UNKNOWN)


def test_a_line_without_end_after_the_dot_is_unknown() -> None:
    assert outcome(after_the_dot(b"250 " + b"x" * 20_000)) == ("smtp.no_answer", Fate.UNKNOWN)


def test_an_answer_without_end_is_cut() -> None:
    assert outcome(answers(b"220-welcome\r\n" * 200_000)) == ("smtp.not_available", Fate.REQUEUE)


def test_a_long_answer_of_many_lines_is_read_whole() -> None:
    greeting = b"220-welcome\r\n" * 2_000 + b"220 raw.example\r\n"
    with raw_server(after_the_dot_of(greeting)) as port:
        channel = SmtpServer().channel(port=port)
        receipt = send(channel)
        channel.close()
    assert receipt.response == "250 ok"


def after_the_dot_of(greeting: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        answers(greeting, *UP_TO_BODY[1:])(connection)
        read_to_the_dot(connection)
        connection.sendall(OK)

    return talk


def test_a_server_that_stops_reading_the_body_leaves_it_unknown() -> None:
    done = Event()

    def talk(connection: socket.socket) -> None:
        answers(*UP_TO_BODY)(connection)
        done.wait(5)

    big = Attachment("big.bin", "application/octet-stream", bytes(8_000_000))
    with raw_server(talk) as port:
        account = SmtpServer().account(port=port, timeouts=IMPATIENT)
        failed = failure(account, a_message(attachments=(big,)))
        done.set()
    assert (failed.code, failed.fate) == ("smtp.no_answer", Fate.UNKNOWN)


@pytest.mark.parametrize("hidden", [b"220 go\r\n" + OK * 20, b"220 go\r\n2", b"220 go\r\n\x00"])
def test_plain_text_after_the_go_ahead_for_encryption_is_refused(hidden: bytes) -> None:
    """Whoever sits in between could have put it there to be read as if it had come encrypted."""
    read: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        answers(GREETING, b"250-raw.example\r\n250 STARTTLS\r\n", hidden)(connection)
        read.append(connection.recv(1000))

    assert outcome(talk, security=Security.STARTTLS) == ("smtp.tls_failed", Fate.REQUEUE)
    assert read == [b""]


def test_plain_text_that_arrives_during_the_handshake_ends_it() -> None:
    def talk(connection: socket.socket) -> None:
        answers(GREETING, b"250-raw.example\r\n250 STARTTLS\r\n", b"220 go\r\n")(connection)
        connection.recv(1000)
        connection.sendall(OK * 20)

    assert outcome(talk, security=Security.STARTTLS) == ("smtp.tls_failed", Fate.REQUEUE)


def test_a_security_given_as_text_still_encrypts() -> None:
    talk = answers(GREETING, *[OK] * 20)
    assert outcome(talk, security="starttls") == ("smtp.starttls_not_offered", Fate.REQUEUE)
