"""Throw-away certificates for servers on 127.0.0.1."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import trustme

NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Authority:
    """A certificate authority that only the tests trust."""

    ca: trustme.CA
    cafile: str

    def server_context(self, *names: str, not_after: datetime | None = None) -> ssl.SSLContext:
        """What a server of these names shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*(names or NAMES), not_after=not_after).configure_cert(context)
        return context

    def expired_context(self) -> ssl.SSLContext:
        return self.server_context(not_after=datetime(2020, 1, 1, tzinfo=UTC))


@cache
def authority() -> Authority:
    """One for the whole test session: making keys is slow."""
    ca = trustme.CA()
    path = Path(mkdtemp(prefix="relance-tests-")) / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return Authority(ca, str(path))
