"""One HTTP exchange at a time with the SMS provider, through its own client: sent once, and we know if it left.

The client alone would post again after a dropped connection, follow a redirect, and wait for ever for a slow answer.
"""

import io
import logging
import math
import socket
from collections.abc import Callable
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any

from relance.channels.sms.account import SmsAccount, is_plain, rest_host

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter

REST_HOST = "rest.nexmo.com"
API_HOST = "api.nexmo.com"
MAX_ANSWER = 1 << 20
IDLE = 10.0  # seconds: an open connection unused for longer is not trusted


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, or what went wrong. `status` is 0 where no whole answer came."""

    status: int = 0
    body: bytes = b""
    left: bool = False  # the request may have reached the provider
    error: Exception | None = None


class Exchange:
    """The request under way: what to do before it leaves, whether it began to, and when to give up."""

    def __init__(self) -> None:
        self.begin(lambda: None, 0.0)

    def begin(self, before: Callable[[], None], seconds: float) -> None:
        """A new request."""
        self.left = False
        self.refusal: BaseException | None = None
        self.status, self.body = 0, b""
        self._before, self._seconds = before, seconds
        self._watch: Timer | None = None

    def leaving(self, sock: socket.socket | None) -> None:
        """Called with the connection open, before the first byte of the request."""
        try:
            self._before()
        except BaseException as error:
            self.refusal = error
            raise
        self.left = True
        if sock is not None:
            self._watch = Timer(self._seconds, _cut, (sock,))
            self._watch.daemon = True
            self._watch.start()

    def end(self) -> None:
        """Stop the clock."""
        if self._watch is not None:
            self._watch.cancel()


def _cut(sock: socket.socket) -> None:
    """End an answer that drips: whoever reads it sees the connection close."""
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return


class Gateway:
    """The provider's client, over a connection kept for a moment. Belongs to one thread; connects at the first use."""

    def __init__(self, account: SmsAccount) -> None:
        self._account = account
        self._exchange = Exchange()
        self._client: Any = None
        self._last_used = 0.0

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        if self._client is not None:
            self._client._session.close()
            self._client = None

    def send(self, fields: dict[str, str], *, before: Callable[[], None]) -> Answer:
        """Post one SMS, once. `before` is called just before the request leaves; its errors come through."""
        from vonage_sms import Sms, SmsMessage

        message = SmsMessage(**fields)
        return self._run(lambda client: Sms(client).send(message), before)

    def get(self, path: str, params: dict[str, str] | None = None, *, api: bool = False) -> Answer:
        """Read something of the account."""
        return self._run(
            lambda client: client.get(client.api_host if api else client.rest_host, path, params, auth_type="basic"),
            lambda: None,
        )

    def _run(self, call: Callable[[Any], object], before: Callable[[], None]) -> Answer:
        if monotonic() - self._last_used > IDLE:
            self.close()
        client = self._client = self._client or _client(self._account, self._exchange)
        self._exchange.begin(before, self._account.timeout)
        error: Exception | None = None
        try:
            call(client)
        except Exception as raised:  # whatever the client makes of an answer, the answer itself decides
            error = raised
        finally:
            self._exchange.end()
            self._last_used = monotonic()
        if self._exchange.refusal is not None:
            self.close()
            raise self._exchange.refusal
        return Answer(self._exchange.status, self._exchange.body, self._exchange.left, error)


def _client(account: SmsAccount, exchange: Exchange) -> Any:
    from vonage_http_client import Auth, HttpClient, HttpClientOptions

    own = rest_host(account.base_url)
    logger = logging.getLogger("vonage")  # it writes numbers and texts
    logger.setLevel(logging.CRITICAL)
    logger.propagate = False
    client = HttpClient(
        Auth(api_key=account.key, api_secret=account.secret),
        HttpClientOptions(
            rest_host=own or REST_HOST,
            api_host=own or API_HOST,
            timeout=max(1, math.ceil(account.timeout)),
            max_retries=0,
            pool_connections=1,
            pool_maxsize=1,
        ),
    )
    client._session.mount("https://", _once(exchange, plain=is_plain(account.base_url)))
    return client


def _whole(raw: Any) -> bytes:
    """A body read to its end; raises where it is cut short or never ends."""
    body = bytearray()
    for piece in raw.stream(65536, decode_content=True):
        body += piece
        if len(body) > MAX_ANSWER:
            raw.close()
            raise ValueError("an answer without end")
    return bytes(body)


def _pools(exchange: Exchange) -> dict[str, Any]:
    """Connections that tell the exchange when a request leaves, by the scheme they speak."""
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Connection(HTTPSConnection):
        def request(self, *args: Any, **kwargs: Any) -> None:
            exchange.leaving(self.sock)
            super().request(*args, **kwargs)

    class PlainConnection(HTTPConnection):
        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is None:
                self.connect()
            exchange.leaving(self.sock)
            super().request(*args, **kwargs)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    return {"https": Pool, "http": PlainPool}


def _once(exchange: Exchange, *, plain: bool) -> "HTTPAdapter":
    """A transport that keeps each answer and takes no redirect.

    The client writes https:// before every host; `plain` takes that back.
    """
    from requests import PreparedRequest, Response, TooManyRedirects
    from requests.adapters import HTTPAdapter

    pools = _pools(exchange)

    def marked(manager: Any) -> Any:
        manager.pool_classes_by_scheme = pools
        return manager

    class Once(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            marked(self.poolmanager)

        def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
            return marked(super().proxy_manager_for(*args, **kwargs))

        def send(self, request: PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any) -> Response:
            if plain and request.url:
                request.url = "http" + request.url.removeprefix("https")
            response = super().send(request, True, *args, **kwargs)
            body = _whole(response.raw)
            exchange.status, exchange.body = response.status_code, body
            if 300 <= response.status_code < 400:
                raise TooManyRedirects("not followed", response=response)
            response.raw = io.BytesIO(body)
            return response

    return Once(pool_connections=1, pool_maxsize=1, max_retries=0)
