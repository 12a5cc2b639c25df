"""The providers' presets make sense as accounts, and addresses find their provider."""

import pytest

from relance.channels.email.account import EmailAccount, Security
from relance.channels.email.presets import BY_KEY, DEFAULT_PACE, PRESETS, MailPreset, Pace, preset_for, username_for

NAMED = [preset for preset in PRESETS if preset.key != "other"]
# The most messages that a provider publishes, by the minute, the hour and the day (RELIABILITY 3.4).
PUBLISHED = {
    "gmail": (None, None, 500),
    "google_workspace": (None, None, 2_000),
    "microsoft_365": (30, None, 10_000),
    "outlook": (None, None, 300),
    "ionos": (None, 100, None),
    "infomaniak": (None, None, 500),
}


@pytest.mark.parametrize("preset", NAMED, ids=lambda preset: preset.key)
def test_a_preset_is_a_whole_and_encrypted_account(preset: MailPreset) -> None:
    assert preset.smtp is not None
    assert preset.imap is not None
    for server in (preset.smtp, preset.imap):
        assert server.security is not Security.NONE
        account = EmailAccount(server.host, server.port, server.security)
        assert account.host.count(".") >= 2
    assert (preset.smtp.port, preset.smtp.security) in ((465, Security.TLS), (587, Security.STARTTLS))
    assert (preset.imap.port, preset.imap.security) == (993, Security.TLS)
    assert preset.sign_in


def test_every_provider_that_was_asked_for_is_there_once() -> None:
    wanted = {"ovh", "gmail", "google_workspace", "microsoft_365", "outlook", "orange", "ionos", "gandi"}
    wanted |= {"infomaniak", "free", "other"}
    assert wanted <= set(BY_KEY)
    assert len(BY_KEY) == len(PRESETS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_no_pace_is_quicker_than_what_the_provider_publishes(preset: MailPreset) -> None:
    pace = preset.pace
    asked = (pace.per_minute, pace.per_hour, pace.per_day)
    assert all(limit > 0 for limit in asked)
    assert list(asked) == sorted(asked)
    assert pace.connections == 1
    for mine, theirs in zip(asked, PUBLISHED.get(preset.key, (10, 40, 300)), strict=True):
        assert theirs is None or mine <= theirs


def test_an_unknown_account_sends_at_the_default_pace() -> None:
    assert Pace(per_minute=10, per_hour=40, per_day=300, connections=1) == DEFAULT_PACE


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("durand@orange.fr", "orange"),
        ("durand@wanadoo.fr", "orange"),
        ("Durand.SARL@GMAIL.com", "gmail"),
        ("durand@hotmail.fr", "outlook"),
        ("durand@outlook.com", "outlook"),
        ("durand@live.fr", "outlook"),
        ("durand@msn.com", "outlook"),
        ("durand@free.fr", "free"),
        ("Durand <durand@free.fr>", "free"),
        ("durand@ik.me", "infomaniak"),
        ("compta@durand-plomberie.fr", None),
        ("durand@notorange.fr", None),
        ("durand@orange.fr.example", None),
        ("orange.fr", "orange"),
        ("", None),
        ("@", None),
    ],
)
def test_the_domain_of_an_address_tells_its_provider(address: str, key: str | None) -> None:
    assert preset_for(address) == key


def test_no_domain_belongs_to_two_providers() -> None:
    domains = [domain for preset in PRESETS for domain in preset.domains]
    assert len(domains) == len(set(domains))


def test_the_name_to_sign_in_with_is_what_the_provider_wants() -> None:
    assert username_for(BY_KEY["free"], "durand@free.fr") == "durand"
    assert username_for(BY_KEY["orange"], "durand@orange.fr") == "durand@orange.fr"
