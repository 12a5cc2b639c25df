"""Which requests are let in at all: the Host they name, the page they come from, the token of their form."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from relance.config import Settings
from relance.services.refusal import Refused
from relance.web.access import SAFE_METHODS
from relance.web.headers import PAGE_POLICY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_REQUEST = 11 * 1024 * 1024  # a file of 10 MB and its form
WILDCARDS = ("0.0.0.0", "::", "")
KEY_BYTES = 32


class OnlyOurHosts:
    """Answers 421 to a Host that isn't ours, before anything else: it stops DNS rebinding."""

    def __init__(self, app: "WSGIApplication", hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Let it through, or answer."""
        if str(environ.get("HTTP_HOST", "")).lower() in self._hosts:
            return self._app(environ, start_response)
        body = b"421 Misdirected Request\n"
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", PAGE_POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        start_response("421 Misdirected Request", headers)
        return [body]


def our_hosts(settings: Settings) -> frozenset[str]:
    """The values of the Host header that mean us."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if settings.host not in WILDCARDS:
        names.append(f"[{settings.host}]" if ":" in settings.host else settings.host)
    hosts = {f"{name}:{settings.port}" for name in names}
    if settings.port == 80:
        hosts |= set(names)
    if settings.public_url:
        hosts.add(urlsplit(settings.public_url).netloc.rpartition("@")[2].lower())
    return frozenset(hosts)


def secret_key(path: Path) -> bytes:
    """The key of cookies and forms; made at the first start, readable by its owner alone."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return _new_key(path)
    except OSError as error:
        raise Refused("secret_key.unreadable", file=str(path), error=error.strerror or str(error)) from error
    if len(key) < KEY_BYTES:
        raise Refused("secret_key.too_short", file=str(path), minimum=KEY_BYTES)
    return key


def _new_key(path: Path) -> bytes:
    key = secrets.token_hex(KEY_BYTES).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(key)
    except FileExistsError:
        return secret_key(path)
    except OSError as error:
        raise Refused("secret_key.unwritable", file=str(path), error=error.strerror or str(error)) from error
    return key


def configure(app: Flask, settings: Settings) -> None:
    """Cookies, sizes and the key, before anything is registered."""
    app.config.update(
        SECRET_KEY=secret_key(settings.key_file),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,  # rows are pasted too
        SESSION_COOKIE_NAME="__Host-relance" if settings.behind_tls else f"relance-{settings.port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.behind_tls,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        PREFERRED_URL_SCHEME="https" if settings.behind_tls else "http",
    )


def guard(app: Flask, settings: Settings) -> None:
    """The checks that come before Flask itself."""
    checked: WSGIApplication = OnlyOurHosts(app.wsgi_app, our_hosts(settings))
    if settings.public_url:
        checked = ProxyFix(checked, x_for=1, x_proto=1, x_host=1)
    app.wsgi_app = checked  # type: ignore[method-assign, assignment]


def register(app: Flask) -> None:
    """The check of where a request comes from."""
    app.before_request(_same_origin)


def register_forms(app: Flask) -> None:
    """The check of the form's token, after that of who asks: a stranger's file isn't even read."""
    CSRFProtect(app)


def _same_origin() -> None:
    """Cookies are shared by all ports of a machine: what another site or port sends is refused."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != f"{request.scheme}://{request.host}".lower():
        abort(403)
