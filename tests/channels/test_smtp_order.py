"""RELIABILITY T3: the caller's last word falls after the last answer about recipients and before DATA is written."""

import socket

import pytest

from relance.channels.email import Security, SmtpChannel
from relance.channels.email.smtp_wire import SmtpWire
from tests.channels.builders import a_message, now
from tests.channels.dialogue import Dialogue
from tests.channels.raw_server import raw_server
from tests.channels.smtp_server import SmtpServer

MARK = b"transmitting"
THREE = a_message(to=("one@x.example", "two@x.example"), bcc=("archives@durand.example",))


class Recorder:
    """A socket that notes what is written and read on it, in order."""

    def __init__(self, sock: socket.socket, events: list[bytes]) -> None:
        self._sock, self._events = sock, events

    def sendall(self, data: bytes) -> None:
        self._events.append(b"> " + data)
        self._sock.sendall(data)

    def recv(self, size: int) -> bytes:
        received = self._sock.recv(size)
        self._events.append(b"< " + received)
        return received


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that crosses the wire, in order; within the encryption where there is some."""
    events: list[bytes] = []
    in_time = SmtpWire._in_time
    monkeypatch.setattr(SmtpWire, "_in_time", lambda self: Recorder(in_time(self), events))
    return events


@pytest.mark.parametrize("security", [Security.NONE, Security.STARTTLS])
@pytest.mark.parametrize("offers", [(), ("PIPELINING", "SIZE 1000000", "8BITMIME", "SMTPUTF8", "CHUNKING")])
@pytest.mark.parametrize("messages", [1, 2])
def test_the_last_word_is_between_the_last_recipients_answer_and_data(
    wire: list[bytes], security: Security, offers: tuple[str, ...], messages: int
) -> None:
    talk = Dialogue(offers=(*offers, "STARTTLS"))

    with raw_server(talk) as port:
        account = SmtpServer().account(port=port, security=security)
        channel = SmtpChannel(account, now=now)
        for _ in range(messages):
            channel.send(THREE, before_handover=lambda: wire.append(MARK))
        channel.close()
    for at in [number for number, event in enumerate(wire) if event == MARK]:
        assert wire[at - 2] == b"> RCPT TO:<archives@durand.example>\r\n"
        assert wire[at - 1] == b"< 250 ok\r\n"
        assert wire[at + 1] == b"> DATA\r\n"
        assert wire[at + 2] == b"< 354 go\r\n"
    assert wire.count(MARK) == wire.count(b"> DATA\r\n") == len(talk.mails) == messages
