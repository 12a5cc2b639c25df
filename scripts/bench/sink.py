"""An SMTP server in a process of its own that takes every mail and forgets it, at a set pace."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Takes mails, each after a delay in seconds."""

    def __init__(self, delay: float) -> None:
        self._delay = delay

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The name is the library's."""
        if self._delay:
            await asyncio.sleep(self._delay)
        return "250 2.0.0 taken"


async def _serve(delay: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(delay), hostname="sink"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def sink(delay_ms: int = 0) -> Iterator[int]:
    """The port of a running sink."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.bench.sink", str(delay_ms)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) / 1000))
