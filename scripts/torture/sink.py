"""An SMTP server in a process of its own: slow at random, and every mail is in its ledger before it is answered."""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, as the ledger has it; the moments are those of this machine's clock."""

    asked: float  # DATA came
    kept: float
    uid: str
    to: str
    subject: str


class _Talk(asyncio.Protocol):
    """As much SMTP as a client needs that asks one thing at a time."""

    def __init__(self, ledger: int, delay: float) -> None:
        self._ledger, self._delay = ledger, delay
        self._buffer, self._to, self._asked = b"", "", 0.0
        self._in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._out = transport
        self._say("220 sink")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._in_body else b"\r\n"
            line, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            if self._in_body:
                self._in_body = False
                asyncio.get_running_loop().call_later(random.uniform(0, self._delay / 2), self._keep, line)
            else:
                self._answer(line.decode("ascii", "replace"))

    def _answer(self, line: str) -> None:
        verb = line[:4].upper()
        if verb == "RCPT":
            self._to = line.partition("<")[2].rpartition(">")[0]
        elif verb == "DATA":
            self._asked, self._in_body = time.time(), True
            self._say("354 go on")
            return
        self._say("221 bye" if verb == "QUIT" else "250 sink" if verb in ("EHLO", "HELO") else "250 ok")

    def _keep(self, content: bytes) -> None:
        fields = {"asked": self._asked, "kept": time.time(), "uid": _header(content, b"X-Relance-Id"), "to": self._to}
        line = json.dumps({**fields, "subject": _header(content, b"Subject")}) + "\n"
        os.write(self._ledger, line.encode())
        asyncio.get_running_loop().call_later(random.uniform(0, self._delay / 2), self._say, "250 2.0.0 kept")

    def _say(self, line: str) -> None:
        if not self._out.is_closing():
            self._out.write(line.encode() + b"\r\n")


def _header(content: bytes, name: bytes) -> str:
    found = re.search(rb"^" + name + rb":\s*((?:.*(?:\r\n[ \t])?)*)", content.partition(b"\r\n\r\n")[0], re.MULTILINE)
    return b" ".join(found[1].split()).decode("ascii", "replace") if found else ""


async def _serve(path: str, delay_ms: int) -> None:
    ledger = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(ledger, delay_ms / 1000), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Sink:
    """A running server and its ledger."""

    def __init__(self, ledger: Path, delay_ms: int = 20) -> None:
        self._ledger, self._delay = ledger, delay_ms
        self.port, self._read = 0, 0

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "scripts.torture.sink", str(self._ledger), str(self._delay)]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def mails(self) -> list[Mail]:
        """Everything received so far, in order."""
        return [Mail(**json.loads(line)) for line in self._ledger.read_text(encoding="ascii").splitlines()]

    def news(self) -> list[Mail]:
        """What came in since this was last asked."""
        with self._ledger.open("rb") as stream:
            stream.seek(self._read)
            whole = stream.read().rpartition(b"\n")[0]
        self._read += len(whole) + bool(whole)
        return [Mail(**json.loads(line)) for line in whole.splitlines()]

    def size(self) -> int:
        """A number that grows with each mail."""
        return self._ledger.stat().st_size


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
