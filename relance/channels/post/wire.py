"""HTTP with deadlines for whole exchanges, and a body that knows how much of itself has left.

Which exception a broken connection raises says nothing about what the other side has: the body's own progress does.
"""

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from relance.channels.post.account import PostAccount

LONGEST_ANSWER = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes


class Upload:
    """A body handed to the connection piece by piece."""

    def __init__(self, content: bytes, media_type: str) -> None:
        self.media_type = media_type
        self._content = content
        self._taken = 0

    @property
    def begun(self) -> bool:
        return self._taken > 0

    @property
    def left(self) -> bool:
        """Whether nothing is held back any more: from here on the other side may have the whole."""
        return self._taken >= len(self._content)

    def read(self, size: int = -1) -> bytes:
        start = self._taken
        self._taken = len(self._content) if size < 0 else min(len(self._content), start + size)
        return self._content[start : self._taken]

    def __len__(self) -> int:
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(16 * 1024):
            yield piece


class Lost(Exception):
    """No answer, or none that can be read."""

    def __init__(self, detail: str, *, untrusted: bool = False, settings: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.untrusted = untrusted  # the other side couldn't prove who it is
        self.settings = settings  # the account's own address, version or key can't be used


class _Watch:
    """Cuts the connection when its time is over: a socket's own limit starts again at every byte."""

    def __init__(self) -> None:
        self.fired = False
        self._socket: socket.socket | None = None
        self._timer: Timer | None = None
        self._lock = Lock()

    def follow(self, connected: socket.socket | None) -> None:
        self._socket = connected

    def start(self, seconds: float) -> None:
        self.fired = False
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None

    def _cut(self) -> None:
        with self._lock:
            if self._timer is None:
                return
            self.fired = True
            if self._socket is not None:
                with suppress(OSError):  # it may be gone already
                    self._socket.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Tells the watch which socket is in use. Nothing is ever tried a second time."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._watch)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _pools(self._watch)
        return manager


def _pools(watch: _Watch) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            watch.follow(self.sock)

    class Encrypted(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            watch.follow(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


class PostWire:
    """One connection to the partner, kept between exchanges. After a broken exchange it is closed."""

    def __init__(self, account: PostAccount) -> None:
        self._account = account
        self._session: requests.Session | None = None
        self._watch = _Watch()
        self._used = 0.0

    def ask(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        query: Mapping[str, str] | None = None,
        upload: Upload | None = None,
    ) -> Answer:
        """One request and its answer, whatever its number; raises Lost."""
        check_address(self._account)
        session = self._open()
        self._watch.start(seconds + self._account.timeouts.connect)
        try:
            answer = self._exchange(session, method, path, seconds, query or {}, upload)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            self.close()
            untrusted = isinstance(error, requests.exceptions.SSLError)
            raise Lost(str(error), untrusted=untrusted, settings=isinstance(error, ValueError)) from error
        except BaseException:
            self.close()
            raise
        finally:
            self._watch.stop()
        if self._watch.fired:  # a cut answer can look like a short one
            self.close()
            raise Lost("timed out")
        self._used = monotonic()
        return answer

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        session, self._session = self._session, None
        self._watch.follow(None)
        if session is not None:
            session.close()

    def _open(self) -> requests.Session:
        if self._session is not None and monotonic() - self._used > self._account.timeouts.idle:
            self.close()
        if self._session is None:
            session = requests.Session()
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Adapter(self._watch))
            session.auth = HTTPBasicAuth(self._account.api_key.encode(), b"")
            session.headers.update({"Accept": "application/json", "User-Agent": "Relance"})
            if self._account.api_version:
                session.headers["Mysendingbox-Version"] = self._account.api_version
            self._session = session
        return self._session

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        path: str,
        seconds: float,
        query: Mapping[str, str],
        upload: Upload | None,
    ) -> Answer:
        url = self._account.base_url.rstrip("/") + path
        headers = {"Content-Type": upload.media_type} if upload is not None else None
        request = session.prepare_request(
            requests.Request(method, url, params=dict(query), data=upload, headers=headers)
        )
        surroundings = session.merge_environment_settings(url, {}, True, self._account.cafile or True, None)
        # By the adapter itself: the session would look into redirections, and a redirected letter is sent twice.
        response = session.get_adapter(url).send(
            request, timeout=(self._account.timeouts.connect, seconds), **surroundings
        )
        with response:
            return Answer(response.status_code, _body(response))


def _body(response: requests.Response) -> bytes:
    """All of it; of a refusal whatever came, for its number says enough."""
    try:
        body: bytes = response.raw.read(LONGEST_ANSWER + 1, decode_content=True)
    except (HTTPError, OSError):
        if 400 <= response.status_code < 500:
            return b""
        raise
    if len(body) > LONGEST_ANSWER:
        raise OSError("answer too long")
    return body


def check_address(account: PostAccount) -> None:
    """Raise Lost where the address can't be used, or would show the key to others on the way."""
    try:
        parts = urlsplit(account.base_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise Lost(str(error), settings=True) from error
    if not account.api_key.strip() or not host or parts.query or parts.fragment or parts.username is not None:
        raise Lost("incomplete", settings=True)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        raise Lost("not encrypted", settings=True)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
