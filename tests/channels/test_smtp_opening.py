"""Connecting, encrypting and signing in: what fails here leaves nothing handed over."""

import socket
from base64 import b64encode

import pytest
import trustme

from relance.channels.email import Security, check_account
from relance.domain.delivery import DeliveryFailed, Fate
from tests.channels.certificates import Authority, authority
from tests.channels.raw_server import EHLO, GREETING, answers, raw_server
from tests.channels.sending import failure
from tests.channels.smtp_server import DROP, IMPATIENT, SILENCE, SmtpServer

ENCRYPTED = [Security.STARTTLS, Security.TLS]
SECRET = "s3cret-pass"


@pytest.mark.parametrize("security", Security)
def test_a_good_account_passes_the_check_and_sends_nothing(security: Security) -> None:
    with SmtpServer(security=security, username="durand", password=SECRET) as server:
        check_account(server.account())
        assert (server.verbs[-2:], server.mails) == (["NOOP", "QUIT"], [])


@pytest.mark.parametrize("answer", ["421 4.3.2 closing", "500 what", DROP])
def test_a_server_that_fails_at_noop_does_not_pass_the_check(answer: str) -> None:
    with SmtpServer() as server:
        server.script("NOOP", answer)
        with pytest.raises(DeliveryFailed) as caught:
            check_account(server.account())
    assert (caught.value.code, caught.value.fate) == ("smtp.not_available", Fate.REQUEUE)


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failed = failure(SmtpServer().account(port=port))
    assert (failed.code, failed.fate) == ("smtp.unreachable", Fate.REQUEUE)


@pytest.mark.parametrize("host", ["nowhere.invalid", "double..dot.invalid", "x" * 70 + ".invalid"])
def test_a_host_that_does_not_exist_has_its_own_code(host: str) -> None:
    failed = failure(SmtpServer().account(host=host, port=25))
    assert (failed.code, failed.fate) == ("smtp.host_unknown", Fate.REQUEUE)


def test_a_port_out_of_range_is_unreachable() -> None:
    assert failure(SmtpServer().account(port=70000)).code == "smtp.unreachable"


def test_starttls_not_offered_is_never_plain_instead() -> None:
    with SmtpServer(security=Security.NONE) as server:
        failed = failure(server.account(security=Security.STARTTLS, username="u", password=SECRET))
        assert (failed.code, failed.fate) == ("smtp.starttls_not_offered", Fate.REQUEUE)
        assert server.verbs == ["EHLO"]


@pytest.mark.parametrize("answer", ["454 4.7.0 TLS not available", "501 no"])
def test_starttls_refused_requeues(answer: str) -> None:
    with SmtpServer(security=Security.STARTTLS) as server:
        server.script("STARTTLS", answer)
        failed = failure(server.account())
    assert (failed.code, failed.fate) == ("smtp.tls_refused", Fate.REQUEUE)


@pytest.mark.parametrize("event", [DROP, SILENCE])
def test_a_break_at_starttls_requeues(event: str) -> None:
    with SmtpServer(security=Security.STARTTLS) as server:
        server.script("STARTTLS", event)
        failed = failure(server.account(timeouts=IMPATIENT))
    assert (failed.code, failed.fate) == ("smtp.tls_failed", Fate.REQUEUE)


@pytest.mark.parametrize("security", ENCRYPTED)
def test_a_certificate_of_a_stranger_has_its_own_code(security: Security) -> None:
    stranger = Authority(trustme.CA(), "").server_context()
    with SmtpServer(security=security, context=stranger) as server:
        failed = failure(server.account())
    assert (failed.code, failed.fate) == ("smtp.certificate", Fate.REQUEUE)


@pytest.mark.parametrize("security", ENCRYPTED)
def test_an_expired_certificate_has_its_own_code(security: Security) -> None:
    with SmtpServer(security=security, context=authority().expired_context()) as server:
        failed = failure(server.account())
    assert (failed.code, "expired" in failed.detail) == ("smtp.certificate", True)


@pytest.mark.parametrize("security", ENCRYPTED)
def test_a_certificate_of_another_name_has_its_own_code(security: Security) -> None:
    with SmtpServer(security=security, context=authority().server_context("other.example")) as server:
        assert failure(server.account()).code == "smtp.certificate"


def test_tls_to_a_plain_server_requeues() -> None:
    with SmtpServer() as server:
        failed = failure(server.account(security=Security.TLS))
    assert (failed.code, failed.fate) == ("smtp.tls_failed", Fate.REQUEUE)


def test_plain_to_a_tls_server_requeues() -> None:
    with SmtpServer(security=Security.TLS) as server:
        failed = failure(server.account(security=Security.NONE, timeouts=IMPATIENT))
    assert (failed.code, failed.fate) == ("smtp.not_available", Fate.REQUEUE)


def test_a_missing_file_of_authorities_requeues() -> None:
    with SmtpServer(security=Security.TLS) as server:
        assert failure(server.account(cafile="/nowhere/ca.pem")).code == "smtp.tls_failed"


def test_a_wrong_password_holds_the_account_and_is_tried_once() -> None:
    with SmtpServer(username="durand", password=SECRET) as server:
        failed = failure(server.account(password="wrong"))
        assert (failed.code, failed.fate) == ("smtp.auth_refused", Fate.HOLD)
        assert server.verbs.count("AUTH") == 1


@pytest.mark.parametrize(
    ("answer", "code", "fate"),
    [
        ("535 5.7.139 disabled", "smtp.password_sign_in_off", Fate.HOLD),
        ("454 4.7.0 temporary", "smtp.auth_unavailable", Fate.REQUEUE),
        ("421 4.7.0 too many", "smtp.auth_unavailable", Fate.REQUEUE),
        (DROP, "smtp.auth_unavailable", Fate.REQUEUE),
        (SILENCE, "smtp.auth_unavailable", Fate.REQUEUE),
    ],
)
def test_a_failure_at_auth_has_the_outcome_of_the_table(answer: str, code: str, fate: Fate) -> None:
    with SmtpServer(username="durand", password=SECRET) as server:
        server.script("AUTH", answer)
        failed = failure(server.account(timeouts=IMPATIENT))
    assert (failed.code, failed.fate) == (code, fate)


def test_another_way_to_sign_in_is_tried_where_the_first_is_unknown() -> None:
    with SmtpServer(username="durand", password=SECRET) as server:
        server.script("AUTH", "504 5.5.4 unknown mechanism")
        check_account(server.account())
        assert server.verbs.count("AUTH") == 2


def test_a_server_without_auth_holds_an_account_that_signs_in() -> None:
    with raw_server(answers(GREETING, EHLO)) as port:
        failed = failure(SmtpServer().account(port=port, username="u", password=SECRET))
    assert (failed.code, failed.fate) == ("smtp.auth_not_offered", Fate.HOLD)


@pytest.mark.parametrize("shown", [SECRET, b64encode(f"\0durand\0{SECRET}".encode()).decode()])
def test_a_server_that_repeats_the_password_does_not_make_us_repeat_it(shown: str) -> None:
    with SmtpServer(username="durand", password=SECRET) as server:
        server.script("AUTH", f"535 5.7.8 wrong: {shown}")
        failed = failure(server.account())
    assert failed.detail == "535 5.7.8 wrong: ***"
    assert shown not in str(failed) + repr(failed)


def test_an_old_server_that_only_knows_helo_is_served() -> None:
    talk = answers(GREETING, b"502 what\r\n", b"250 hello\r\n", b"250 ok\r\n", b"221 bye\r\n")
    with raw_server(talk) as port:
        check_account(SmtpServer().account(port=port))


def test_a_server_that_wants_a_name_and_password_holds_an_account_without() -> None:
    with SmtpServer(username="durand", password=SECRET) as server:
        failed = failure(server.account(username=""))
    assert (failed.code, failed.fate) == ("smtp.auth_required", Fate.HOLD)
