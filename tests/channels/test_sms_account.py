"""An account with the SMS provider: what it tells of itself, and what asking the provider tells."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from relance.channels.sms import AccountFault, SmsAccount, VonageChannel, check_account, fault
from relance.domain.delivery import DeliveryFailed, Fate
from tests.channels.builders import a_message
from tests.channels.certificates import authority
from tests.channels.sending import Marks
from tests.channels.vonage_server import KEY, SECRET, Talk, VonageServer, hang_up, http

TEXT = a_message(to=("+33612345678",), text="Durand SARL")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[VonageServer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority().cafile)
    monkeypatch.setenv("NO_PROXY", "*")
    with VonageServer() as running:
        yield running


ACCOUNT = SmsAccount(KEY, SECRET, "Durand")


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (ACCOUNT, None),
        (replace(ACCOUNT, sender="Durand SARL"), None),
        (replace(ACCOUNT, sender="+33 6 12 34 56 78"), None),
        (replace(ACCOUNT, sender="36105"), None),
        (replace(ACCOUNT, sender="Durand & Fils"), AccountFault.BAD_SENDER),
        (replace(ACCOUNT, sender="Durand SARLU"), AccountFault.BAD_SENDER),
        (replace(ACCOUNT, sender="0612345678"), AccountFault.BAD_SENDER),
        (replace(ACCOUNT, sender="Société"), AccountFault.BAD_SENDER),
        (replace(ACCOUNT, sender=""), AccountFault.BAD_SENDER),
        (replace(ACCOUNT, key=""), AccountFault.NO_KEY),
        (replace(ACCOUNT, key="a\r\nX: y"), AccountFault.NO_KEY),
        (replace(ACCOUNT, secret=" "), AccountFault.NO_SECRET),
        (replace(ACCOUNT, base_url="https://sms.example:8443/vonage/"), None),
        (replace(ACCOUNT, base_url="http://sms.example"), AccountFault.BAD_BASE_URL),
        (replace(ACCOUNT, base_url="http://127.0.0.1:9000"), None),
        (replace(ACCOUNT, base_url="http://localhost.sms.example"), AccountFault.BAD_BASE_URL),
        (replace(ACCOUNT, base_url="https://user@sms.example"), AccountFault.BAD_BASE_URL),
        (replace(ACCOUNT, base_url="https://sms.example:99999"), AccountFault.BAD_BASE_URL),
        (replace(ACCOUNT, base_url="https://[::1"), AccountFault.BAD_BASE_URL),
        (replace(ACCOUNT, base_url="sms.example"), AccountFault.BAD_BASE_URL),
        (replace(ACCOUNT, callback="https://relance.example/" + "x" * 80), AccountFault.BAD_CALLBACK),
        (replace(ACCOUNT, callback="javascript:alert(1)"), AccountFault.BAD_CALLBACK),
        (replace(ACCOUNT, callback="https://relance.example/sms"), None),
    ],
)
def test_an_account_checks_itself(account: SmsAccount, expected: AccountFault | None) -> None:
    assert fault(account) is expected


def test_a_faulty_account_is_held_and_asks_nobody(server: VonageServer) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        VonageChannel(server.account(sender="")).send(TEXT, before_handover=Marks())
    assert (caught.value.code, caught.value.fate) == ("sms.bad_sender", Fate.HOLD)
    assert server.requests == []


def test_the_secret_is_not_shown() -> None:
    assert SECRET not in repr(ACCOUNT)


def test_checking_an_account_sends_nothing_and_tells_the_balance(server: VonageServer) -> None:
    server.balance = "10.280000000000001"
    assert check_account(server.account()) == Decimal("10.28")
    assert [(request.method, request.path) for request in server.requests] == [("GET", "/account/get-balance")]


@pytest.mark.parametrize(
    ("talk", "code", "fate"),
    [
        (http(401), "sms.auth_refused", Fate.HOLD),
        (http(500), "sms.server_error", Fate.REQUEUE),
        (hang_up, "sms.no_answer", Fate.REQUEUE),
        (http(200, b"{}"), "sms.unreadable_answer", Fate.REQUEUE),
        (http(200, b'{"value": "lots"}'), "sms.unreadable_answer", Fate.REQUEUE),
        (http(200, b"no"), "sms.unreadable_answer", Fate.REQUEUE),
    ],
)
def test_a_check_that_fails_says_why(server: VonageServer, talk: Talk, code: str, fate: Fate) -> None:
    server.script = [talk]
    with pytest.raises(DeliveryFailed) as caught:
        check_account(server.account())
    assert (caught.value.code, caught.value.fate) == (code, fate)


def test_a_wrong_secret_is_found_without_sending(server: VonageServer) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        check_account(server.account(secret="other"))
    assert caught.value.code == "sms.auth_refused"


def test_on_this_very_machine_the_provider_may_speak_without_encryption() -> None:
    with VonageServer(plain=True) as plain:
        marks = Marks()
        channel = VonageChannel(plain.account())
        receipt = channel.send(TEXT, before_handover=marks)
        channel.close()
        assert check_account(plain.account()) == Decimal("10.28")
    assert (receipt.parts, marks.count, len(plain.posts)) == (1, 1, 1)


def test_nobody_there_is_known_before_anything_left() -> None:
    with VonageServer(plain=True) as plain:
        account = plain.account()
    marks = Marks()
    with pytest.raises(DeliveryFailed) as caught:
        VonageChannel(account).send(TEXT, before_handover=marks)
    assert (caught.value.fate, marks.count) == (Fate.REQUEUE, 0)
