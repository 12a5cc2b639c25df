"""Connecting, encrypting, greeting and signing in: nothing that fails here has handed anything over."""

import socket
import ssl

from relance.channels.email.account import EmailAccount, Security
from relance.channels.email.smtp_auth import Credentials, sign_in
from relance.channels.email.smtp_exchange import SmtpExchange
from relance.channels.email.smtp_outcomes import Phase, judge
from relance.domain.delivery import DeliveryFailed, Fate

NOT_IMPLEMENTED = (500, 501, 502, 504)
# Sentences about a password, where the account has none.
ABOUT_A_PASSWORD = ("smtp.auth_refused", "smtp.auth_unsuccessful", "smtp.password_sign_in_off")


def open_exchange(account: EmailAccount) -> SmtpExchange:
    """A connection ready for MAIL."""
    exchange = SmtpExchange(account)
    try:
        _open(exchange, account)
    except BaseException:
        exchange.wire.close()
        raise
    return exchange


def _open(exchange: SmtpExchange, account: EmailAccount) -> None:
    who = _credentials(account)
    sock = _connected(exchange, account)
    exchange.wire.attach(_encrypted(exchange, sock) if account.security == Security.TLS else sock)
    exchange.wire.allow(account.timeouts.command)
    exchange.expect(Phase.GREETING, exchange.ask(Phase.GREETING, exchange.wire.getreply))
    _greet(exchange)
    if account.security not in (Security.NONE, Security.TLS):
        _start_tls(exchange)
        _greet(exchange)
    if who is not None:
        _sign_in(exchange, who)


def _credentials(account: EmailAccount) -> Credentials | None:
    """The token is asked for before connecting: no server is kept waiting for it."""
    if not account.username:
        return None
    if account.token is None:
        return Credentials(account.username, account.password)
    if account.security == Security.NONE:
        raise DeliveryFailed("smtp.encryption_required", Fate.HOLD, account.host)
    return Credentials(account.username, account.token(), is_token=True)


def _sign_in(exchange: SmtpExchange, who: Credentials) -> None:
    exchange.secrets = who.written
    offered = exchange.wire.esmtp_features.get("auth", "").upper().split()
    reply = sign_in(lambda line: exchange.command(Phase.AUTH, line), offered, who)
    if who.is_token and not reply.positive and judge(Phase.AUTH, reply).code in ABOUT_A_PASSWORD:
        raise DeliveryFailed("oauth.token_refused", Fate.HOLD, exchange.shown(reply))
    exchange.expect(Phase.AUTH, reply)


def _connected(exchange: SmtpExchange, account: EmailAccount) -> socket.socket:
    try:
        return socket.create_connection((account.host, account.port), account.timeouts.connect)
    except (socket.gaierror, UnicodeError) as error:
        raise DeliveryFailed("smtp.host_unknown", Fate.REQUEUE, str(error)) from error
    except (OSError, OverflowError) as error:
        raise exchange.lost(Phase.CONNECT, error) from error


def _greet(exchange: SmtpExchange) -> None:
    reply = exchange.ask(Phase.GREETING, exchange.wire.ehlo)
    if reply.code in NOT_IMPLEMENTED:
        reply = exchange.ask(Phase.GREETING, exchange.wire.helo)
    exchange.expect(Phase.GREETING, reply)


def _start_tls(exchange: SmtpExchange) -> None:
    """Encrypt, or fail: never go on in plain text."""
    if not exchange.wire.has_extn("starttls"):
        raise DeliveryFailed("smtp.starttls_not_offered", Fate.REQUEUE, exchange.account.host)
    exchange.expect(Phase.TLS, exchange.command(Phase.TLS, "STARTTLS"))
    plain = exchange.wire.sock
    # Nothing may follow the server's "go ahead" in plain text: it could be anybody's (RFC 3207 6).
    if plain is None or exchange.wire.unasked():
        raise exchange.lost(Phase.TLS, OSError("connection closed, or answers in plain text before encryption"))
    exchange.wire.attach(_encrypted(exchange, plain))


def _encrypted(exchange: SmtpExchange, sock: socket.socket) -> socket.socket:
    account = exchange.account
    sock.settimeout(account.timeouts.connect)
    try:
        context = ssl.create_default_context(cafile=account.cafile)
        return context.wrap_socket(sock, server_hostname=account.host)
    except ssl.SSLCertVerificationError as error:
        sock.close()
        raise DeliveryFailed("smtp.certificate", Fate.REQUEUE, error.verify_message) from error
    except (OSError, ValueError) as error:
        sock.close()
        raise exchange.lost(Phase.TLS, error) from error
