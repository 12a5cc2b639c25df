"""An HTTPS server on 127.0.0.1 that answers as the SMS provider documents, or misbehaves as a test scripts it."""

import json
import ssl
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from relance.channels.sms.account import SmsAccount
from tests.channels.certificates import authority

KEY, SECRET = "abcd1234", "s3cret-Of-The-Firm"
PRICE = Decimal("0.06420000")


class Handler(BaseHTTPRequestHandler):
    """One connection; it stays open between requests, as the provider's do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    vonage: "VonageServer"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        self._serve(fields)

    def do_GET(self) -> None:
        self._serve({name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()})

    def _serve(self, fields: dict[str, str]) -> None:
        server = self.vonage
        request = Request(self.command, urlsplit(self.path).path, dict(self.headers), fields)
        server.requests.append(request)
        talk = server.script.pop(0) if server.script else server.usual
        talk(self, request)

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    fields: dict[str, str]

    @property
    def signed_in_as(self) -> str:
        kind, _, word = self.headers.get("Authorization", "").partition(" ")
        return b64decode(word).decode() if kind == "Basic" else ""


Talk = Callable[[Handler, Request], None]


@cache
def _context(*, trusted: bool) -> ssl.SSLContext:
    """One for all servers: making keys is slow."""
    return authority().server_context() if trusted else authority().expired_context()


@dataclass
class VonageServer:
    """Takes every well-formed request, unless the script says otherwise: one entry for each request, in order."""

    script: list[Talk] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    balance: str = "10.28"
    records: list[dict[str, object]] = field(default_factory=list)
    ended: Event = field(default_factory=Event)
    trusted: bool = True
    plain: bool = False  # without encryption

    def __enter__(self) -> Self:
        handler = type("BoundHandler", (Handler,), {"vonage": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        if not self.plain:
            self._http.socket = _context(trusted=self.trusted).wrap_socket(self._http.socket, server_side=True)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"{'http' if self.plain else 'https'}://127.0.0.1:{self._http.server_port}"

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def account(self, **changes: Any) -> SmsAccount:
        values = {"key": KEY, "secret": SECRET, "sender": "Durand", "base_url": self.url, "timeout": 5.0}
        return SmsAccount(**{**values, **changes})

    def usual(self, handler: Handler, request: Request) -> None:
        """What a good request gets."""
        if request.signed_in_as != f"{KEY}:{SECRET}":
            handler.reply(401, b'{"type":"unauthorized","title":"You did not provide correct credentials."}')
        elif request.path == "/account/get-balance":
            handler.reply(200, f'{{"value": {self.balance}, "autoReload": false}}'.encode())
        elif request.path == "/v2/reports/records":
            handler.reply(200, json.dumps({"request_status": "SUCCESS", "records": self.records}).encode())
        elif missing := {"to", "from", "text", "type"} - request.fields.keys():
            refused(2, f"Missing {missing}")(handler, request)
        else:
            accepted(1 if len(request.fields["text"]) <= 160 else 2)(handler, request)


def answers(*parts: dict[str, str], count: int | None = None) -> Talk:
    """HTTP 200 with these parts."""

    def talk(handler: Handler, request: Request) -> None:
        told = [{"to": request.fields.get("to", ""), **part} for part in parts]
        handler.reply(200, json.dumps({"message-count": str(count or len(parts)), "messages": told}).encode())

    return talk


def taken(name: str = "0C000000217B7F02") -> dict[str, str]:
    more = {"remaining-balance": "15.53590000", "message-price": str(PRICE), "network": "20810"}
    return {"message-id": name, "status": "0", **more}


def not_taken(status: int, text: str = "No") -> dict[str, str]:
    return {"status": str(status), "error-text": text}


def accepted(parts: int = 1) -> Talk:
    return answers(*(taken(f"0C000000217B7F{number:02}") for number in range(1, parts + 1)))


def refused(status: int, text: str = "No") -> Talk:
    return answers(not_taken(status, text))


def http(status: int, body: bytes = b"", **headers: str) -> Talk:
    return lambda handler, request: handler.reply(status, body, **headers)


def raw(*pieces: bytes) -> Talk:
    """Exactly these bytes, then the end of the connection."""

    def talk(handler: Handler, request: Request) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
        handler.close_connection = True

    return talk


hang_up = raw()


def hang(handler: Handler, request: Request) -> None:
    """Take the request and say nothing for as long as the test lasts."""
    handler.vonage.ended.wait(20)
    handler.close_connection = True


def drip(handler: Handler, request: Request) -> None:
    """A byte of an answer now and then, never the last."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    handler.close_connection = True
    while not handler.vonage.ended.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def closing(talk: Talk) -> Talk:
    """That answer, and then the connection is closed without a word."""

    def then_close(handler: Handler, request: Request) -> None:
        talk(handler, request)
        handler.close_connection = True

    return then_close
