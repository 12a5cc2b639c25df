"""HTTPS to token servers, with limits of its own."""

from typing import Any

import requests

TIMEOUT = (10.0, 20.0)  # seconds to connect, and between two bytes of the answer


class TokenHttp(requests.Session):
    """A session that never waits for ever and follows no redirection: a secret goes where it was meant to go."""

    def __init__(self, cafile: str | None) -> None:
        super().__init__()
        if cafile:
            self.verify = cafile
        self.trust_env = not cafile

    def request(self, *args: Any, **settings: Any) -> requests.Response:
        """As requests does it, within our limits."""
        return super().request(*args, **{"timeout": TIMEOUT, **settings, "allow_redirects": False})
