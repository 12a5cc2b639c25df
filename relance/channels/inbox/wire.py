"""imaplib with a deadline and a limit on what a server may send at once."""

import imaplib
import socket
import ssl
from contextlib import suppress
from time import monotonic

from relance.channels.email.account import Security
from relance.channels.inbox.account import InboxAccount

CHUNK = 64 * 1024
IMAPS = 993
LONGEST_LINE = 4 * 1024 * 1024  # the answer to a search is one line
LARGEST_LITERAL = 64 * 1024 * 1024


class _Deadline(imaplib.IMAP4):
    """Reads end before a deadline, even where every single byte comes in time."""

    def __init__(self, account: InboxAccount) -> None:
        self._ready = bytearray()
        self._source: socket.socket | None = None
        self.allow(account.timeouts.connect + account.timeouts.whole)
        imaplib.IMAP4.__init__(self, account.host, account.port, account.timeouts.connect)

    def allow(self, seconds: float) -> None:
        self._deadline = monotonic() + seconds

    def readline(self) -> bytes:
        searched = 0
        while (end := self._ready.find(b"\n", searched) + 1) == 0:
            searched = len(self._ready)
            if searched > LONGEST_LINE:
                raise self.abort("unexpected response: line too long")
            if not self._receive():
                break
        return self._take(end or len(self._ready))

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise self.abort("unexpected response: literal too large")
        while len(self._ready) < size and self._receive():
            pass
        return self._take(size)

    def _receive(self) -> bool:
        """Whether more came in before the other side closed."""
        remaining = self._deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("no answer in time")
        self.sock.settimeout(remaining)
        received = self.sock.recv(CHUNK)
        if self._source is not self.sock:  # encrypted since: nothing said in the clear counts any more
            self._ready.clear()
            self._source = self.sock
        self._ready += received
        return bool(received)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken


class _Encrypted(_Deadline):
    """TLS from the first byte."""

    def __init__(self, account: InboxAccount, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(account)

    def open(self, host: str = "", port: int = IMAPS, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        try:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=host)
        except BaseException:
            _drop(self)
            raise


def _drop(client: imaplib.IMAP4) -> None:
    with suppress(OSError):  # a failed handshake has closed the socket already
        client.shutdown()


def connected(account: InboxAccount) -> imaplib.IMAP4:
    """Greeted, and encrypted where the account says so: never in plain text instead."""
    context = ssl.create_default_context(cafile=account.cafile)
    if account.security is Security.TLS:
        return _Encrypted(account, context)
    client = _Deadline(account)
    if account.security is Security.STARTTLS:
        try:
            client.starttls(context)
        except BaseException:
            _drop(client)
            raise
    return client


def hurry(client: imaplib.IMAP4, seconds: float) -> None:
    """Nothing is at stake any more."""
    if isinstance(client, _Deadline):
        client.allow(seconds)
