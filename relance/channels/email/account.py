"""An SMTP account: where and how to connect, and how long to wait."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Security(StrEnum):
    """How the connection is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds allowed to a whole exchange, however slowly the server drips its answers.

    Their sum stays under the lease of a claimed message (RELIABILITY 3.2).
    """

    connect: float = 30.0  # TCP, and each TLS handshake
    command: float = 300.0  # from the banner to AUTH; then from MAIL to the last RCPT
    data: float = 120.0  # the answer to DATA
    final: float = 600.0  # the body and the answer to its last dot
    farewell: float = 5.0  # RSET and QUIT: nothing is at stake any more
    idle: float = 60.0  # an open connection unused for longer is not trusted


@dataclass(frozen=True, slots=True)
class EmailAccount:
    """What is needed to send through one SMTP server."""

    host: str
    port: int
    security: Security
    username: str = ""  # empty: no AUTH
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)  # gives an access token: XOAUTH2, no password
    sender: str = ""  # used where the message names none
    timeouts: Timeouts = Timeouts()
    cafile: str | None = None  # trusted instead of the system's authorities
    messages_per_connection: int = 100
