"""An SMTP server as one plain loop over a socket, that can be told to say anything at any step."""

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event

from tests.channels.certificates import authority

Act = Callable[[socket.socket], bool]  # whether to go on

GREETING = "BANNER"
TEXT = "TEXT"  # after 354, before the body is read
DOT = "DOT"  # after the body was read and kept
NORMAL = {
    GREETING: b"220 dialogue.example\r\n",
    "STARTTLS": b"220 go\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "DATA": b"354 go\r\n",
    DOT: b"250 2.0.0 kept\r\n",
    "QUIT": b"221 bye\r\n",
}
OK = b"250 ok\r\n"
PACE = 0.02


def at_once(connection: socket.socket, said: bytes) -> None:
    connection.sendall(said)


@dataclass
class Dialogue:
    """A Talk for raw_server. `acts` replace the normal answer at a step, the first time it comes."""

    acts: Mapping[str, Act] = field(default_factory=dict)
    offers: tuple[str, ...] = ("AUTH PLAIN LOGIN",)
    say: Callable[[socket.socket, bytes], None] = at_once  # how the normal answers are written
    context: ssl.SSLContext | None = None
    verbs: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)

    def __call__(self, connection: socket.socket) -> None:
        acts = dict(self.acts)
        if not self._step(connection, GREETING, acts):
            return
        while line := _line(connection):
            verb = line.split()[0].upper().decode("latin-1") if line.split() else ""
            self.verbs.append(verb)
            if not self._step(connection, verb, acts):
                return
            if verb == "STARTTLS":
                context = self.context or authority().server_context()
                connection = context.wrap_socket(connection, server_side=True)
            if verb == "DATA" and not (self._body(connection, acts) and self._step(connection, DOT, acts)):
                return
            if verb == "QUIT":
                return

    def _body(self, connection: socket.socket, acts: dict[str, Act]) -> bool:
        if TEXT in acts and not acts.pop(TEXT)(connection):
            return False
        read = b""
        while not read.endswith(b"\r\n.\r\n"):
            if not (piece := connection.recv(65536)):
                return False
            read += piece
        self.mails.append(read)
        return True

    def _step(self, connection: socket.socket, step: str, acts: dict[str, Act]) -> bool:
        if step in acts:
            return acts.pop(step)(connection)
        answer = NORMAL.get(step, OK)
        if step == "EHLO":
            lines = (b"dialogue.example", *(offer.encode() for offer in self.offers))
            answer = b"".join(b"250-%s\r\n" % line for line in lines) + b"250 HELP\r\n"
        self.say(connection, answer)
        return True


def _line(connection: socket.socket) -> bytes:
    """One command, byte by byte so that a TLS handshake that follows is left alone."""
    read = b""
    while not read.endswith(b"\n"):
        if not (byte := connection.recv(1)):
            return b""
        read += byte
    return read


def answer(text: str) -> Act:
    """Say this and go on; after 421, hang up."""

    def act(connection: socket.socket) -> bool:
        connection.sendall(f"{text}\r\n".encode("latin-1"))
        return not text.startswith("421")

    return act


def then_drop(said: bytes) -> Act:
    """Say this and hang up."""

    def act(connection: socket.socket) -> bool:
        connection.sendall(said)
        return False

    return act


def drop(connection: socket.socket) -> bool:
    """Hang up at once."""
    return False


def silence(connection: socket.socket) -> bool:
    """Say nothing until the client gives up."""
    while connection.recv(65536):
        pass
    return False


def tarpit(connection: socket.socket) -> bool:
    """One byte now and then of an answer that never ends."""
    pace = Event()
    while True:
        for byte in b"250-patience\r\n":
            connection.sendall(bytes([byte]))
            pace.wait(PACE)


def endless(connection: socket.socket) -> bool:
    """As much of one answer as the client will read."""
    for _ in range(1000):
        connection.sendall(b"250-more\r\n" * 1000)
    return False


def in_pieces(connection: socket.socket, said: bytes) -> None:
    """Write byte by byte, each in its own packet."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in said:
        connection.sendall(bytes([byte]))


def in_eight_bits(connection: socket.socket, said: bytes) -> None:
    """With accents in no known encoding, a NUL and an escape in the text of every answer."""
    connection.sendall(said.replace(b"\r\n", b" r\xe9ussi \xff\x00\x1b[31m\r\n") if said[3:4] == b" " else said)


def at_length(connection: socket.socket, said: bytes) -> None:
    """After two thousand lines that say nothing."""
    connection.sendall(b"%s-and so on\r\n" % said[:3] * 2000 + said)
