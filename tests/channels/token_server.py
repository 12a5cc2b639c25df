"""A token server on 127.0.0.1, over HTTPS, that answers as Microsoft and Google document it, or as it is told to."""

import json
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from tests.channels.certificates import authority

Answer = tuple[int, dict[str, Any] | str]

USER = "compta@durand.example"
PENDING: Answer = (400, {"error": "authorization_pending", "error_description": "AADSTS70016: not yet"})


def error(word: str, status: int = 400) -> Answer:
    return status, {"error": word, "error_description": f"AADSTS50000: about {word}"}


@dataclass
class TokenServer:
    """`script` says what the next token requests get; then tokens are given, numbered."""

    url: str = ""
    device_answer: Answer | None = None
    discovery_answer: Answer | None = None
    lasts: int = 3600
    forms: list[dict[str, str]] = field(default_factory=list)  # what was posted for tokens
    script: deque[Answer] = field(default_factory=deque)
    given: int = 0
    scope: str = "https://mail.google.com/"  # what was asked for when the sign-in began

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        if path.endswith("/openid-configuration"):
            return self.discovery_answer or (200, self._discovery(path.split("/")[1]))
        if path.endswith("/devicecode"):
            return self.device_answer or (200, self._device(form))
        self.forms.append(form)
        return self.script.popleft() if self.script else (200, self._tokens(form))

    def _discovery(self, tenant: str) -> dict[str, Any]:
        base = f"{self.url}/{tenant}/oauth2/v2.0"
        return {
            "issuer": f"{self.url}/{tenant}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/devicecode",
        }

    def _device(self, form: dict[str, str]) -> dict[str, Any]:
        self.forms.append(form)
        self.scope = " ".join(word for word in form["scope"].split() if word.startswith("https:"))
        return {
            "user_code": "ABCD-EFGH",
            "device_code": "the-device-code",
            "verification_uri": "https://microsoft.com/devicelogin",
            "expires_in": 900,
            "interval": 5,
            "message": "To sign in, go there and type that.",
        }

    def _tokens(self, form: dict[str, str]) -> dict[str, Any]:
        self.given += 1
        claims = {"aud": form.get("client_id"), "sub": "s", "oid": "o", "tid": "t", "preferred_username": USER}
        return {
            "token_type": "Bearer",
            "scope": self.scope,
            "expires_in": self.lasts,
            "access_token": f"access-{self.given}",
            "refresh_token": f"refresh-{self.given}",
            "client_info": _part({"uid": "o", "utid": "t"}),
            "id_token": f"{_part({'alg': 'none'})}.{_part(claims)}.c2ln",
        }


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def token_server(**settings: Any) -> Iterator[TokenServer]:
    """The server, its `url` set."""
    server = TokenServer(**settings)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(*server.answer(self.path, {}))

        def do_POST(self) -> None:
            read = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply(*server.answer(self.path, {name: values[0] for name, values in parse_qs(read).items()}))

        def _reply(self, status: int, body: dict[str, Any] | str) -> None:
            content = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{server.url}/elsewhere/oauth2/v2.0/token")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        listener.socket = authority().server_context().wrap_socket(listener.socket, server_side=True)
        server.url = f"https://127.0.0.1:{listener.server_address[1]}"
        thread = Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join(5)
