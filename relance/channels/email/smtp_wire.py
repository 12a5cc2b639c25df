"""smtplib with deadlines: a whole exchange has a limit, even against a server that answers one byte at a time."""

import re
import smtplib
import socket
from time import monotonic

LONGEST_LINE = 8 * 1024
LONGEST_REPLY = 256 * 1024
CHUNK = 16 * 1024

# "250-text", "250 text", and the bare code that some servers send.
REPLY_LINE = re.compile(rb"([2-5]\d\d)(-?)(.*)", re.DOTALL)
NO_CODE = -1
CLOSING = b"421"


class _Replies:
    """The reading side: what has come in and was not yet taken."""

    def __init__(self, wire: "SmtpWire") -> None:
        self._wire = wire
        self._buffer = bytearray()
        self._taken = 0

    def begin(self) -> None:
        self._taken = 0

    def readline(self) -> bytes:
        """One line; half a line at the end of the stream is no answer."""
        while (end := self._buffer.find(b"\n") + 1) == 0:
            if len(self._buffer) >= LONGEST_LINE:
                raise OSError("reply line too long")
            received = self._wire.receive()
            if not received:
                raise smtplib.SMTPServerDisconnected("connection closed by the server")
            self._buffer += received
        self._taken += end
        if end > LONGEST_LINE or self._taken > LONGEST_REPLY:
            raise OSError("reply too long")
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        return line

    def unasked(self) -> bytes:
        """What the server has said already, before anything was asked."""
        if not self._buffer:
            self._buffer += self._wire.receive_now()
        return bytes(self._buffer)

    def close(self) -> None:
        self._buffer.clear()


class SmtpWire(smtplib.SMTP):
    """A connection whose every read and write ends before the deadline set by `allow`."""

    def __init__(self) -> None:
        # A given name keeps smtplib from asking the network for ours; `attach` sets the real one.
        super().__init__(local_hostname="localhost")
        self._deadline = 0.0
        self._replies: _Replies | None = None

    def allow(self, seconds: float) -> None:
        self._deadline = monotonic() + seconds

    def attach(self, sock: socket.socket) -> None:
        """Talk over this socket from now on, forgetting whatever was read or learnt before (RFC 3207)."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.file = self._replies = _Replies(self)
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        address = sock.getsockname()[0].partition("%")[0]
        self.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    @property
    def is_open(self) -> bool:
        return self.sock is not None

    def getreply(self) -> tuple[int, bytes]:
        """One whole answer; its code is -1 where its lines are not those of one answer."""
        if self._replies is None or not self.is_open:
            raise smtplib.SMTPServerDisconnected("not connected")
        self._replies.begin()
        code, more = b"", True
        texts: list[bytes] = []
        while more:
            line = REPLY_LINE.fullmatch(self._replies.readline())
            if line is None or (code and line[1] != code):
                return NO_CODE, b"\n".join(texts)
            code, more = line[1], bool(line[2])
            texts.append(line[3].strip())
        return int(code), b"\n".join(texts)

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Ask. Where answers are waiting that nothing asked for, the next ones could not be told apart any more."""
        waiting = self.unasked()
        if waiting.startswith(CLOSING):
            return  # the server takes its leave: that is the answer
        if waiting:
            raise smtplib.SMTPServerDisconnected("the server answered before it was asked")
        super().putcmd(cmd, args)

    def unasked(self) -> bytes:
        """What the server has said without being asked; never waits."""
        return self._replies.unasked() if self._replies is not None and self.is_open else b""

    def send(self, s: object) -> None:
        """Send in pieces, each within what is left of the time."""
        data = s.encode("ascii") if isinstance(s, str) else s
        if not isinstance(data, bytes) or not self.is_open:
            raise smtplib.SMTPServerDisconnected("not connected")
        for start in range(0, len(data), CHUNK):
            self._in_time().sendall(data[start : start + CHUNK])

    def receive(self) -> bytes:
        return self._in_time().recv(CHUNK)

    def receive_now(self) -> bytes:
        """What has arrived; the end of the stream and errors are left to the next exchange."""
        if self.sock is None:
            return b""
        self.sock.settimeout(0)
        try:
            return self.sock.recv(CHUNK)
        except OSError:
            return b""

    def _in_time(self) -> socket.socket:
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self.sock is None:
            raise OSError("not connected")
        self.sock.settimeout(left)
        return self.sock
