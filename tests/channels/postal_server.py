"""A postal partner on 127.0.0.1 that takes letters, lists them, and fails as it is told to."""

import base64
import json
import socket
import ssl
import struct
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs, urlsplit

from relance.channels.post.account import PostAccount, PostTimeouts

LIVE_KEY = "live_0123456789"
TEST_KEY = "test_0123456789"
FIRST = datetime(2026, 11, 1)
QUICK = PostTimeouts(connect=5.0, question=5.0, letter=5.0)
IMPATIENT = PostTimeouts(connect=0.2, question=5.0, letter=0.3)


class End(Enum):
    """How an exchange ends."""

    REPLY = auto()
    CLOSE = auto()
    RESET = auto()
    HANG = auto()
    DRIP = auto()  # one byte now and then, without end
    CUT = auto()  # an answer shorter than it said
    DEAF = auto()  # closed before the body was read


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request: whether it is carried out, and what the caller sees of it."""

    end: End = End.REPLY
    taken: bool = False
    status: int = 500
    body: bytes = b"<h1>Internal error</h1>"
    headers: tuple[tuple[str, str], ...] = ()


def refuses(status: int, reason: str = "no") -> Fault:
    return Fault(status=status, body=json.dumps({"error": {"message": reason}}).encode())


@dataclass
class PostalServer:
    """Its state, and the threads that serve it."""

    keys: tuple[str, ...] = (LIVE_KEY, TEST_KEY)
    context: ssl.SSLContext | None = None
    bare: bool = False  # a list without its total
    oldest_first: bool = False
    heeds_offset: bool = True
    most: int = 100  # letters a page, whatever is asked
    plain_price: bool = False
    letters: list[dict[str, Any]] = field(default_factory=list)  # newest first
    accepted: Counter[str] = field(default_factory=Counter)
    forms: list[dict[str, bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    faults: dict[str, deque[Fault | None]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.stopping = Event()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        if self.context is not None:
            self._http.socket = self.context.wrap_socket(self._http.socket, server_side=True)
        self.port = self._http.server_address[1]
        Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        if not self.stopping.is_set():
            self.stopping.set()
            self._http.shutdown()
            self._http.server_close()

    def reset(self) -> None:
        """As if nothing had ever been sent."""
        for one in (self.letters, self.accepted, self.forms, self.asked, self.faults):
            one.clear()

    def account(self, **changes: Any) -> PostAccount:
        scheme = "http" if self.context is None else "https"
        base = PostAccount(LIVE_KEY, base_url=f"{scheme}://127.0.0.1:{self.port}", timeouts=QUICK)
        return replace(base, **changes)

    def script(self, action: str, *faults: Fault | None) -> None:
        """What happens to the next requests of an action: "create", "list", "one", "delete"; None for all well."""
        self.faults.setdefault(action, deque()).extend(faults)

    def fault(self, action: str) -> Fault | None:
        waiting = self.faults.get(action)
        return waiting.popleft() if waiting else None

    def take(self, form: dict[str, bytes], key: str) -> dict[str, Any]:
        """Accept a letter."""
        number, uid = len(self.letters) + 1, form.get("metadata[relance_uid]", b"").decode()
        total = 1.45 * number
        registered = form["postage_type"] in (b"lr", b"lrar")
        letter = {
            "_id": f"letter{number:04}",
            "mode": key.partition("_")[0],
            "price": total if self.plain_price else {"pack": "startup", "postage": 1, "service": 1, "total": total},
            "page_count": 3,
            "sheet_count": 2,
            "tracking_number": f"1A{number:011}" if registered else None,
            "tracking_events": [],
            "events": [{"name": "letter.created"}],
            "metadata": {"relance_uid": uid},
            "description": form["description"].decode(),
            "created_at": f"{FIRST + timedelta(minutes=number):%Y-%m-%dT%H:%M:%S.000Z}",
        }
        self.accepted[uid] += 1
        self.forms.append(form)
        self.letters.insert(0, letter)
        return letter

    def listed(self, limit: int, offset: int) -> object:
        letters = list(reversed(self.letters)) if self.oldest_first else self.letters
        offset = offset if self.heeds_offset else 0
        page = letters[offset : offset + min(limit, self.most)]
        info = {"total": len(letters), "limit": limit, "offset": offset, "count": len(page)}
        return page if self.bare else {"info": info, "letters": page}


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: PostalServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def owner(self) -> PostalServer:
        return cast(_Http, self.server).owner

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""

    def do_GET(self) -> None:
        path, _, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        query = {key: int(values[0]) for key, values in parse_qs(urlsplit(self.path).query).items()}
        if path != "letters":
            self._serve("other", lambda: (404, {"error": {"message": "no such path"}}))
        elif name:
            self._serve("one", lambda: self._one(name))
        else:
            self._serve("list", lambda: (200, self.owner.listed(query.get("limit", 25), query.get("offset", 0))))

    def do_POST(self) -> None:
        self._serve("create" if self.path in ("/letters/paper", "/letters") else "other", self._create)

    def do_DELETE(self) -> None:
        self._serve("delete", lambda: self._delete(self.path.removeprefix("/letters/")))

    def _serve(self, action: str, act: Any) -> None:
        owner = self.owner
        owner.asked.append(action)
        owner.headers.append(dict(self.headers.items()))
        fault = owner.fault(action)
        if fault is not None and fault.end is End.DEAF:
            self._leave(reset=True)
            return
        self.content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self._key() not in owner.keys:
            self._reply(401, b'{"error": {"message": "wrong key"}}')
            return
        if fault is None:
            status, value = act()
            self._reply(status, json.dumps(value).encode())
            return
        if fault.taken:
            act()
        self._fail(fault)

    def _fail(self, fault: Fault) -> None:
        if fault.end is End.REPLY:
            self._reply(fault.status, fault.body, fault.headers)
        elif fault.end is End.CUT:
            self._reply(fault.status, fault.body, (("Content-Length", str(len(fault.body) + 10)),))
            self._leave()
        elif fault.end is End.HANG:
            self.owner.stopping.wait()
        elif fault.end is End.DRIP:
            self._drip()
        else:
            self._leave(reset=fault.end is End.RESET)

    def _drip(self) -> None:
        """Always a byte within the reader's patience, never an answer."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.owner.stopping.wait(0.02):
            self.wfile.write(b" ")

    def _key(self) -> str:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        key, _, password = base64.b64decode(token).decode().partition(":")
        return key if kind == "Basic" and not password else ""

    def _create(self) -> tuple[int, object]:
        form = _form(self.headers["Content-Type"], self.content)
        for required in ("to[name]", "to[address_line1]", "to[address_city]", "to[address_postalcode]"):
            if not form.get(required):
                return 422, {"error": {"message": f"{required} is required"}}
        if not form.get("source_file", b"").startswith(b"%PDF-"):
            return 422, {"error": {"message": "source_file can't be read"}}
        return 200, self.owner.take(form, self._key())

    def _one(self, name: str) -> tuple[int, object]:
        found = [one for one in self.owner.letters if one["_id"] == name]
        return (200, found[0]) if found else (404, {"error": {"message": "not found"}})

    def _delete(self, name: str) -> tuple[int, object]:
        status, letter = self._one(name)
        if status == 200 and isinstance(letter, dict):
            letter["events"].append({"name": "letter.canceled"})
        return status, letter

    def _reply(self, status: int, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.send_response(status)
        names = {name for name, _ in headers}
        for name, value in (*headers, ("Content-Type", "application/json")):
            self.send_header(name, value)
        if "Content-Length" not in names:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _leave(self, *, reset: bool = False) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


def _form(content_type: str, body: bytes) -> dict[str, bytes]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = cast(list[Any], message.get_payload())
    return {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}
