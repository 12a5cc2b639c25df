"""smtplib with deadlines: a whole exchange has a limit, even against a server that answers one byte at a time."""

import smtplib
import socket
from time import monotonic

LONGEST_REPLY = 256 * 1024
CHUNK = 16 * 1024


class _Replies:
    """The reading side, in the shape smtplib expects of its file."""

    def __init__(self, wire: "SmtpWire") -> None:
        self._wire = wire
        self._buffer = bytearray()
        self._taken = 0

    def begin(self) -> None:
        self._taken = 0

    def readline(self, limit: int) -> bytes:
        """One line; empty at the end of the stream, so that half a line is no answer."""
        while (end := self._buffer.find(b"\n") + 1) == 0:
            if len(self._buffer) >= limit:
                raise OSError("reply line too long")
            received = self._wire.receive()
            if not received:
                return b""
            self._buffer += received
        self._taken += end
        if end >= limit or self._taken > LONGEST_REPLY:
            raise OSError("reply too long")
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        return line

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
        if self._replies is None or not self.is_open:
            raise smtplib.SMTPServerDisconnected("not connected")
        self._replies.begin()
        return super().getreply()

    def send(self, s: object) -> None:
        """Send in pieces, each within what is left of the time."""
        data = s.encode("ascii") if isinstance(s, str) else s
        if not isinstance(data, bytes) or not self.is_open:
            raise smtplib.SMTPServerDisconnected("not connected")
        try:
            for start in range(0, len(data), CHUNK):
                self._in_time().sendall(data[start : start + CHUNK])
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from error

    def receive(self) -> bytes:
        return self._in_time().recv(CHUNK)

    def _in_time(self) -> socket.socket:
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self.sock is None:
            raise OSError("not connected")
        self.sock.settimeout(left)
        return self.sock
