"""A server made of bare sockets, for what no SMTP library would ever do."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

Talk = Callable[[socket.socket], None]

GREETING = b"220 raw.example\r\n"
EHLO = b"250 raw.example\r\n"
OK = b"250 ok\r\n"


@contextmanager
def raw_server(*talks: Talk) -> Iterator[int]:
    """The port; each connection in turn is given to the next talk and closed when it returns."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_serve, args=(listener, talks), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.close()
        thread.join(5)


def _serve(listener: socket.socket, talks: tuple[Talk, ...]) -> None:
    for talk in talks:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            try:
                talk(connection)
            except OSError:
                continue


def answers(*replies: bytes) -> Talk:
    """Say these one after another, each after a line (the first at once), then hang up."""

    def talk(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        for number, reply in enumerate(replies):
            if number and not lines.readline():
                return
            connection.sendall(reply)

    return talk


def read_to_the_dot(connection: socket.socket) -> bytes:
    """Everything up to and with the lone dot."""
    read = b""
    while not read.endswith(b"\r\n.\r\n"):
        piece = connection.recv(65536)
        if not piece:
            break
        read += piece
    return read
