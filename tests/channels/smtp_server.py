"""A real SMTP server on 127.0.0.1 that keeps what it receives and misbehaves on demand.

with SmtpServer() as server:
    server.script("RCPT", "451 4.7.1 later")      # the next RCPT only; further calls queue up
    server.channel().send(...)
"""

import asyncio
import logging
import ssl
from base64 import b64decode
from collections import defaultdict, deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from relance.channels.email import EmailAccount, Security, SmtpChannel, Timeouts
from tests.channels.builders import now
from tests.channels.certificates import authority

logging.getLogger("mail.log").setLevel(logging.ERROR)

DROP = "drop"  # close the connection instead of answering
SILENCE = "silence"  # never answer
ACCEPT = "accept"  # serve it normally
# Beside the SMTP verbs: BANNER is the greeting, TEXT stands after 354 and before the body, DOT after the body is kept.
QUICK = Timeouts(connect=2, command=2, data=2, final=2, farewell=0.3)
IMPATIENT = Timeouts(connect=0.3, command=0.3, data=0.3, final=0.3, farewell=0.3)


@dataclass(frozen=True)
class Received:
    """One mail as it came in."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    login: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class SmtpServer:
    """Start it with `with`; read `mails`, `verbs` and `connections` when the work is done."""

    security: Security = Security.NONE
    username: str = ""  # if set, MAIL is refused before AUTH
    password: str = ""
    token: str = ""  # if set, XOAUTH2 with this token signs in too
    delay_ms: int = 0  # before each mail is accepted
    context: ssl.SSLContext | None = None  # another certificate than the good one
    size_limit: int = 33_554_432
    mails: list[Received] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    answered: list[Any] = field(default_factory=list)  # to the challenges of XOAUTH2
    connections: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._scripts: dict[str, deque[str]] = defaultdict(deque)
        self._ready = Event()
        self._channels: list[SmtpChannel] = []
        self._protocols: list[_Scripted] = []

    def script(self, verb: str, *answers: str) -> None:
        """What to say, or DROP, SILENCE, ACCEPT, the next times this verb comes; then it is served normally."""
        self._scripts[verb].extend(answers)

    def account(self, **changes: Any) -> EmailAccount:
        """An account that works with this server."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": self.security,
            "username": self.username,
            "password": self.password,
            "sender": "Durand SARL <compta@durand.example>",
            "timeouts": QUICK,
            "cafile": authority().cafile,
        }
        return EmailAccount(**{**settings, **changes})

    def channel(self, **changes: Any) -> SmtpChannel:
        """A channel to this server, closed with it at the latest."""
        channel = SmtpChannel(self.account(**changes), now=now)
        self._channels.append(channel)
        return channel

    def next_answer(self, verb: str) -> str | None:
        answers = self._scripts[verb]
        return answers.popleft() if answers else None

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for channel in self._channels:
            channel.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        wrapped = self._server_context() if self.security is Security.TLS else None
        server = self._loop.run_until_complete(self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=wrapped))
        self.port = server.sockets[0].getsockname()[1]
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(self._hang_up(tasks))
        self._loop.close()

    async def _hang_up(self, tasks: set["asyncio.Task[Any]"]) -> None:
        await asyncio.gather(*tasks, return_exceptions=True)
        for protocol in self._protocols:
            if isinstance(protocol.transport, asyncio.Transport):
                protocol.transport.abort()
        while any(protocol.transport is not None for protocol in self._protocols):
            await asyncio.sleep(0)

    def _server_context(self) -> ssl.SSLContext:
        return self.context or authority().server_context()

    def _protocol(self) -> "_Scripted":
        self.connections += 1
        protocol = _Scripted(
            self,
            _Handler(self),
            loop=self._loop,
            hostname="test.example",
            data_size_limit=self.size_limit,
            tls_context=self._server_context() if self.security is Security.STARTTLS else None,
            require_starttls=self.security is Security.STARTTLS,
            authenticator=self._authenticate,
            auth_require_tls=self.security is Security.STARTTLS,
            auth_exclude_mechanism=() if self.token else ("XOAUTH2",),
        )
        self._protocols.append(protocol)
        return protocol

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        good = data == LoginPassword(self.username.encode(), self.password.encode())
        return AuthResult(success=good, handled=False, auth_data=data)


class _Handler:
    def __init__(self, owner: SmtpServer) -> None:
        self._owner = owner

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google and Microsoft document it: a wrong token gets a challenge that says why, then the refusal."""
        user, token = self._owner.username, self._owner.token
        said = b64decode(args[1]) if len(args) > 1 else b""
        if token and said == f"user={user}\1auth=Bearer {token}\1\1".encode():
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        challenge = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
        self._owner.answered.append(await server.challenge_auth(challenge))
        await server.push(self._owner.next_answer("VERDICT") or "535 5.7.8 Username and Password not accepted")
        return AuthResult(success=False, handled=True)

    async def handle_DATA(self, server: "_Scripted", session: Session, envelope: Envelope) -> str:
        answer = self._owner.next_answer("DOT")
        if answer in (None, ACCEPT, DROP, SILENCE) or answer[:1] == "2":
            self._owner.mails.append(_received(session, envelope))
        if self._owner.delay_ms:
            await asyncio.sleep(self._owner.delay_ms / 1000)
        return await server.perform(answer) or "250 2.0.0 kept"


def _received(session: Session, envelope: Envelope) -> Received:
    assert isinstance(envelope.original_content, bytes)
    login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None
    return Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.original_content, login)


class _Scripted(SMTP):
    """aiosmtpd, asking the script before each verb."""

    def __init__(self, owner: SmtpServer, handler: _Handler, **settings: Any) -> None:
        self._owner = owner
        self._greeted = False
        super().__init__(handler, **settings)
        for verb, serve in list(self._smtp_methods.items()):
            self._smtp_methods[verb] = self._scripted(verb, serve)

    def _scripted(self, verb: str, serve: Any) -> Any:
        async def served(arg: str | None) -> None:
            self._owner.verbs.append(verb)
            answer = await self.perform(self._owner.next_answer(verb))
            if answer is None and verb == "MAIL" and not self._signed_in:
                answer = "530 5.7.0 Authentication required"
            if answer is None:
                await serve(arg)
            else:
                await self.push(answer)
                if answer.startswith("421") and self.transport is not None:
                    self.transport.close()

        return served

    @property
    def _signed_in(self) -> bool:
        return not self._owner.username or (self.session is not None and self.session.authenticated is True)

    async def perform(self, answer: str | None) -> str | None:
        """The answer to give, None for the normal one; DROP and SILENCE don't come back."""
        if answer == DROP:
            assert self.transport is not None
            self.transport.close()
            raise asyncio.CancelledError
        if answer == SILENCE:
            await asyncio.Event().wait()
        return None if answer == ACCEPT else answer

    async def push(self, status: str | bytes) -> None:
        text = status.decode() if isinstance(status, bytes) else status
        if not self._greeted:
            self._greeted = True
            text = await self.perform(self._owner.next_answer("BANNER")) or text
        await super().push(text)
        if text.startswith("354"):
            await self.perform(self._owner.next_answer("TEXT"))
