"""Microsoft's device code flow and silent renewal, through the real library against a local server."""

import json
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from relance.channels.oauth import MAIL_SCOPES, MicrosoftApp, MicrosoftTokens, begin, poll
from relance.channels.oauth.store import Tokens
from relance.domain.delivery import DeliveryFailed, Fate
from tests.channels.certificates import authority
from tests.channels.token_server import PENDING, USER, Answer, TokenServer, error, token_server
from tests.channels.token_store import Memory

pytestmark = pytest.mark.filterwarnings("ignore:Attempted too soon:UserWarning")


def an_app(server: TokenServer, **changes: str) -> MicrosoftApp:
    return MicrosoftApp(
        **{"client_id": "relance", "tenant": "durand", "authority": server.url, "cafile": authority().cafile} | changes
    )


def signed_in(server: TokenServer) -> Tokens:
    app = an_app(server)
    tokens = poll(app, begin(app).flow)
    assert tokens is not None
    return tokens


def failure_of_begin(app: MicrosoftApp) -> tuple[str, Fate]:
    with pytest.raises(DeliveryFailed) as caught:
        begin(app)
    return caught.value.code, caught.value.fate


def test_a_code_to_type_is_given_with_all_a_page_needs() -> None:
    with token_server() as server:
        code = begin(an_app(server))
        [form] = server.forms
    assert (code.user_code, code.verification_uri, code.interval) == (
        "ABCD-EFGH",
        "https://microsoft.com/devicelogin",
        5,
    )
    left = code.expires_at - datetime.now(UTC)
    assert timedelta(minutes=10) < left <= timedelta(minutes=15)
    assert set(form["scope"].split()) == {*MAIL_SCOPES, "offline_access", "openid", "profile"}
    assert json.loads(code.flow)["device_code"] == "the-device-code"
    assert "the-device-code" not in repr(code)


@pytest.mark.parametrize("answer", [PENDING, error("slow_down")])
def test_until_the_code_is_typed_there_is_nothing_and_nobody_waits(answer: Answer) -> None:
    with token_server() as server:
        app = an_app(server)
        flow = begin(app).flow
        server.script.append(answer)
        assert poll(app, flow) is None
        assert poll(app, flow) is not None


def test_once_the_code_is_typed_the_name_and_the_tokens_are_given() -> None:
    with token_server() as server:
        tokens = signed_in(server)
    assert tokens.username == USER
    assert "refresh-1" in tokens.cache
    assert "refresh-1" not in repr(tokens)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("authorization_declined", "oauth.declined"),
        ("access_denied", "oauth.declined"),
        ("expired_token", "oauth.expired"),
        ("code_expired", "oauth.expired"),
        ("bad_verification_code", "oauth.refused"),
        ("invalid_client", "oauth.refused"),
    ],
)
def test_a_sign_in_that_ends_badly_says_how(word: str, code: str) -> None:
    with token_server() as server:
        app = an_app(server)
        flow = begin(app).flow
        server.script.append(error(word))
        with pytest.raises(DeliveryFailed) as caught:
            poll(app, flow)
    assert (caught.value.code, caught.value.fate) == (code, Fate.HOLD)
    assert word in caught.value.detail


def test_a_server_that_is_down_or_has_no_answer_is_unreachable() -> None:
    unreachable = ("oauth.unreachable", Fate.REQUEUE)
    with token_server() as server:
        app = an_app(server)
        odd: list[Answer] = [(200, "<html>Welcome to our Wi-Fi</html>"), (200, "[]"), (503, "{}"), (200, {})]
        for answer in odd:
            server.discovery_answer = answer
            assert failure_of_begin(app) == unreachable, answer
        server.discovery_answer = None
        for answer in (*odd[:3], (200, {"user_code": "A"})):
            server.device_answer = answer
            assert failure_of_begin(app) == unreachable, answer
    assert failure_of_begin(app) == unreachable


def test_a_server_whose_certificate_is_not_trusted_is_not_asked() -> None:
    with token_server() as server:
        assert failure_of_begin(MicrosoftApp("relance", authority=server.url)) == ("oauth.unreachable", Fate.REQUEUE)
        assert server.forms == []


@pytest.mark.parametrize("answer", [error("unauthorized_client"), error("invalid_scope")])
def test_an_application_that_microsoft_does_not_know_is_refused(answer: Answer) -> None:
    with token_server() as server:
        server.device_answer = answer
        assert failure_of_begin(an_app(server)) == ("oauth.refused", Fate.HOLD)


def test_a_tenant_that_does_not_exist_is_refused() -> None:
    with token_server() as server:
        server.discovery_answer = error("invalid_tenant")
        assert failure_of_begin(an_app(server)) == ("oauth.refused", Fate.HOLD)


@pytest.mark.parametrize("flow", ["", "{}", "[]", "null", '{"device_code": 5'])
def test_a_flow_that_is_not_ours_is_a_clear_failure(flow: str) -> None:
    with token_server() as server, pytest.raises(DeliveryFailed) as caught:
        poll(an_app(server), flow)
    assert caught.value.code.startswith("oauth.")


def test_a_token_that_lasts_is_used_again_without_asking() -> None:
    with token_server() as server:
        store = Memory(signed_in(server).cache)
        tokens = MicrosoftTokens(an_app(server), store)
        asked = len(server.forms)
        assert [tokens() for _ in range(3)] == ["access-1"] * 3
        assert len(server.forms) == asked
        assert store.saved == []


def test_a_token_about_to_end_is_renewed_and_the_new_ones_are_kept() -> None:
    with token_server(lasts=60) as server:
        store = Memory(signed_in(server).cache)
        server.lasts = 3600
        assert MicrosoftTokens(an_app(server), store)() == "access-2"
        assert server.forms[-1]["grant_type"] == "refresh_token"
        assert server.forms[-1]["refresh_token"] == "refresh-1"
        assert "refresh-2" in store.text
        assert MicrosoftTokens(an_app(server), store)() == "access-2"


def test_a_new_sign_in_replaces_the_old_one_without_a_restart() -> None:
    with token_server() as server:
        store = Memory(signed_in(server).cache)
        tokens = MicrosoftTokens(an_app(server), store)
        assert tokens() == "access-1"
        store.text = signed_in(server).cache
        assert tokens() == "access-2"


@pytest.mark.parametrize(
    ("answer", "code", "fate"),
    [
        (error("invalid_grant"), "oauth.expired", Fate.HOLD),
        (error("interaction_required"), "oauth.expired", Fate.HOLD),
        (error("unauthorized_client"), "oauth.refused", Fate.HOLD),
        (error("temporarily_unavailable"), "oauth.unreachable", Fate.REQUEUE),
        ((500, "oops"), "oauth.unreachable", Fate.REQUEUE),
        ((200, "<html>"), "oauth.unreachable", Fate.REQUEUE),
    ],
)
def test_a_renewal_that_fails_holds_the_account_or_waits(answer: Answer, code: str, fate: Fate) -> None:
    with token_server(lasts=60) as server:
        store = Memory(signed_in(server).cache)
        before = store.text
        server.script.extend([answer] * 3)
        with pytest.raises(DeliveryFailed) as caught:
            MicrosoftTokens(an_app(server), store)()
    assert (caught.value.code, caught.value.fate) == (code, fate)
    assert "refresh-1" not in str(caught.value)
    assert fate is Fate.HOLD or store.text == before


@pytest.mark.parametrize("text", ["", " ", "{}", "[]", "not json", '{"AccessToken": 5}', '{"Account": []}'])
def test_without_a_sign_in_a_person_is_needed(text: str) -> None:
    with token_server() as server, pytest.raises(DeliveryFailed) as caught:
        MicrosoftTokens(an_app(server), Memory(text))()
    assert (caught.value.code, caught.value.fate) == ("oauth.not_signed_in", Fate.HOLD)


def test_tokens_that_cannot_be_kept_are_not_used() -> None:
    with token_server(lasts=60) as server:
        store = Memory(signed_in(server).cache, broken=OSError("disk full"))
        with pytest.raises(DeliveryFailed) as caught:
            MicrosoftTokens(an_app(server), store)()
    assert (caught.value.code, caught.value.fate) == ("oauth.not_kept", Fate.REQUEUE)


def test_threads_share_one_renewal() -> None:
    with token_server(lasts=60) as server:
        tokens = MicrosoftTokens(an_app(server), Memory(signed_in(server).cache))
        server.lasts = 3600
        got: list[str] = []
        threads = [Thread(target=lambda: got.append(tokens())) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == ["access-2"] * 6
        assert server.given == 2
