"""Signing in to an SMTP server with an access token."""

from base64 import b64encode

import pytest

from relance.channels.email import Security, check_account
from relance.domain.delivery import DeliveryFailed, Fate
from tests.channels.raw_server import EHLO, GREETING, answers, raw_server
from tests.channels.sending import failure, send
from tests.channels.smtp_server import DROP, SmtpServer

USER = "compta@durand.example"
TOKEN = "eyJ0eXAi.secret-token"
ENCRYPTED = [Security.TLS, Security.STARTTLS]


def a_server(security: Security = Security.TLS) -> SmtpServer:
    return SmtpServer(security=security, username=USER, password="unused", token=TOKEN)


@pytest.mark.parametrize("security", ENCRYPTED)
def test_a_good_token_signs_in_and_sends(security: Security) -> None:
    with a_server(security) as server:
        send(server.channel(password="", token=lambda: TOKEN))
        assert [mail.login for mail in server.mails] == [USER]
        assert server.verbs.count("AUTH") == 1


def test_a_new_token_is_asked_for_at_each_connection_and_not_at_each_message() -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append(TOKEN)
        return TOKEN

    with a_server() as server:
        channel = server.channel(token=token, messages_per_connection=2)
        for _ in range(3):
            send(channel)
        assert (server.connections, len(asked)) == (2, 2)


def test_a_refused_token_is_answered_with_an_empty_line_and_holds_the_account() -> None:
    with a_server() as server:
        failed = failure(server.account(token=lambda: "old"))
        assert server.answered == [b""]
        assert server.verbs.count("AUTH") == 1
    assert (failed.code, failed.fate) == ("oauth.token_refused", Fate.HOLD)
    assert failed.detail == "535 5.7.8 Username and Password not accepted"


@pytest.mark.parametrize(
    ("verdict", "code", "fate"),
    [
        ("535 5.7.3 Authentication unsuccessful", "oauth.token_refused", Fate.HOLD),
        ("535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox", "smtp.submission_off", Fate.HOLD),
        ("454 4.7.0 temporary", "smtp.auth_unavailable", Fate.REQUEUE),
        ("421 4.7.0 try later", "smtp.auth_unavailable", Fate.REQUEUE),
        ("550 5.4.5 Daily user sending limit exceeded", "smtp.quota", Fate.REQUEUE),
    ],
)
def test_the_verdict_on_a_token_has_its_own_outcome(verdict: str, code: str, fate: Fate) -> None:
    with a_server() as server:
        server.script("VERDICT", verdict)
        failed = failure(server.account(token=lambda: "old"))
    assert (failed.code, failed.fate) == (code, fate)


def test_a_connection_lost_at_the_token_requeues() -> None:
    with a_server() as server:
        server.script("AUTH", DROP)
        failed = failure(server.account(token=lambda: TOKEN))
    assert (failed.code, failed.fate) == ("smtp.auth_unavailable", Fate.REQUEUE)


@pytest.mark.parametrize("fate", [Fate.HOLD, Fate.REQUEUE])
def test_without_a_token_nothing_connects(fate: Fate) -> None:
    def token() -> str:
        raise DeliveryFailed("oauth.expired", fate)

    with a_server() as server:
        failed = failure(server.account(token=token))
        assert (failed.code, failed.fate, server.connections) == ("oauth.expired", fate, 0)


def test_a_token_is_never_sent_without_encryption() -> None:
    with a_server(Security.NONE) as server:
        failed = failure(server.account(token=lambda: TOKEN))
        assert (failed.code, failed.fate, server.connections) == ("smtp.encryption_required", Fate.HOLD, 0)


def test_a_token_is_not_offered_as_a_password() -> None:
    with SmtpServer(security=Security.TLS, username=USER, password=TOKEN) as server:
        failed = failure(server.account(token=lambda: TOKEN))
        assert (failed.code, failed.fate) == ("smtp.auth_not_offered", Fate.HOLD)
        assert "AUTH" not in server.verbs


def test_a_password_is_not_offered_as_a_token() -> None:
    talk = answers(GREETING, b"250-raw.example\r\n250 AUTH XOAUTH2\r\n", EHLO)
    with raw_server(talk) as port:
        failed = failure(SmtpServer().account(port=port, username=USER, password="s3cret"))
    assert (failed.code, failed.fate) == ("smtp.auth_not_offered", Fate.HOLD)


@pytest.mark.parametrize("shown", [TOKEN, b64encode(f"user={USER}\1auth=Bearer {TOKEN}\1\1".encode()).decode()])
def test_a_server_that_repeats_the_token_does_not_make_us_repeat_it(shown: str) -> None:
    with a_server() as server:
        server.script("AUTH", f"535 5.7.8 wrong: {shown}")
        failed = failure(server.account(token=lambda: TOKEN))
    assert failed.detail == "535 5.7.8 wrong: ***"
    assert shown not in str(failed)


def test_an_account_does_not_show_its_token() -> None:
    assert "token" not in repr(SmtpServer().account(token=lambda: TOKEN))


def test_a_token_passes_the_check_of_the_account() -> None:
    with a_server() as server:
        check_account(server.account(token=lambda: TOKEN))
