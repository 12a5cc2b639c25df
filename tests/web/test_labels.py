"""Every code has its sentence, in both languages."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from relance import paths
from relance.config import BadSetting
from relance.domain.book import ReminderKind, Scope
from relance.domain.delivery import ChannelName
from relance.domain.documents import DocumentKind
from relance.domain.plan import Outcome
from relance.domain.reasons import Reason, ReasonCode
from relance.domain.status import MessageState
from relance.i18n import translator
from relance.services.accounts import Role
from relance.services.refusal import Refused
from relance.services.simulate import SkippedRun
from relance.web.labels import accounts, reasons, refusals

FRENCH = translator("fr", paths.locales())

TABLES: list[tuple[type[StrEnum], Mapping[Any, str]]] = [
    (ReasonCode, reasons.REASONS),
    (Outcome, reasons.OUTCOMES),
    (MessageState, reasons.STATES),
    (ChannelName, reasons.CHANNELS),
    (DocumentKind, reasons.KINDS),
    (ReminderKind, reasons.SENT_BY),
    (Scope, reasons.SCOPES),
    (SkippedRun, reasons.SKIPPED),
    (Role, accounts.ROLES),
]
SAME_IN_BOTH = {"E-mail"}


@pytest.mark.parametrize(("codes", "table"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_no_code_is_left_without_words(codes: type[StrEnum], table: Mapping[Any, str]) -> None:
    assert set(table) == set(codes)
    for msgid in table.values():
        assert FRENCH.gettext(msgid) != msgid or msgid in SAME_IN_BOTH, msgid


def test_the_fuller_sentences_are_translated_with_the_same_facts() -> None:
    for msgid in [*reasons.FULLER.values(), *accounts.SENTENCES.values(), *refusals.GENERAL.values()]:
        french = FRENCH.gettext(msgid)
        assert french != msgid
        assert sorted(re.findall(r"%\(\w+\)s", french)) == sorted(re.findall(r"%\(\w+\)s", msgid))


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (Reason(ReasonCode.PROMISED, {"on": date(2026, 11, 30), "until": date(2026, 12, 2)}), "30/11/2026"),
        (Reason(ReasonCode.SMALL, {"threshold": Decimal(15), "balance": 900, "currency": "EUR"}), "15,00"),
        (Reason(ReasonCode.WAIT, {"until": date(2026, 12, 7), "level": 2}), "Niveau\u00a02"),
        (Reason(ReasonCode.WAIT, {"until": None, "level": 3}), "Niveau\u00a03"),
        (Reason(ReasonCode.PAUSED, {"until": None}), "En pause"),
        (Reason(ReasonCode.KIND, {"kind": DocumentKind.QUOTE}), "Devis"),
        (Reason(ReasonCode.NO_RECIPIENT, {"channels": (ChannelName.SMS,)}), "SMS"),
        (Reason(ReasonCode.INACTIVE, {"program": "Souple"}), "Souple"),
        (Reason(ReasonCode.INACTIVE), "Relances automatiques"),
    ],
)
def test_a_reason_says_its_facts(why: Reason, told: str) -> None:
    assert told in reasons.reason(why, "fr")
    assert "%(" not in reasons.reason(why, "en")


def test_every_reason_has_a_sentence_without_any_fact() -> None:
    for code in ReasonCode:
        assert reasons.reason(Reason(code), "en") == reasons.headline(code, "en")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Refused("account.exists", email="a@b.fr"), "a@b.fr"),
        (Refused("sign_in.wait", seconds=61.0), "2 minutes"),
        (Refused("sign_in.wait", seconds=12.0), "une minute"),
        (Refused("database.too_new", version="0009"), "0009"),
        (Refused("a.new_code", number=7), "a.new_code"),
    ],
)
def test_a_refusal_is_a_sentence(error: Refused, told: str) -> None:
    assert told in refusals.refusal(error, "fr")


@pytest.mark.parametrize("code", ["not_toml", "unknown_key", "not_a_port", "not_a_url"])
def test_a_bad_setting_names_the_variable_and_the_value(code: str) -> None:
    said: Callable[[str], str] = lambda language: refusals.bad_setting(BadSetting("RELANCE_X", "bad", code), language)  # noqa: E731
    for language in ("fr", "en"):
        assert "RELANCE_X" in said(language)
        assert "bad" in said(language)


def test_every_refusal_about_accounts_and_files_has_its_sentence() -> None:
    code = re.compile(r'Refused\(\s*"((?:account|sign_in|database|secret_key)\.[a-z_]+)"')
    sources = (Path(__file__).parents[2] / "relance").rglob("*.py")
    raised = {found for path in sources for found in code.findall(path.read_text(encoding="utf-8"))}
    assert len(raised) > 10
    assert raised <= {*accounts.SENTENCES, *refusals.GENERAL, "sign_in.wait"}
