"""Every code has its sentence, in both languages."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
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
from relance.web.labels import accounts, compose, delivery, failures_sms, reasons, refusals

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


# A code is a literal like "sms.no_answer", of a family that some error, outcome or enumeration of codes begins.
CODE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
RAISED = ("Refused", "DeliveryFailed", "InboxFailed", "Outcome", "Closed")
SOURCES = ("channels", "services", "domain", "storage/recipients.py")
# They look like codes and are not: a partner's own words, files of the data folder.
NOT_CODES = {"letter.canceled", "letter.cancelled"}


def trees() -> Iterator[ast.Module]:
    for name in SOURCES:
        place = Path(__file__).parents[2] / "relance" / name
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.AST) -> set[str]:
    found = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {one for one in found if CODE.fullmatch(one)}


def names_a_code(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in RAISED
    return isinstance(node, ast.ClassDef) and any(isinstance(b, ast.Name) and b.id == "StrEnum" for b in node.bases)


def codes() -> set[str]:
    """Every code of the program."""
    every: set[str] = set()
    families: set[str] = set()
    for tree in trees():
        every |= literals(tree)
        for node in ast.walk(tree):
            if names_a_code(node):
                parts = node.args[:1] if isinstance(node, ast.Call) else [node]
                families |= {code.partition(".")[0] for part in parts for code in literals(part)}
    return {code for code in every if code.partition(".")[0] in families} - NOT_CODES


def has_a_sentence(code: str) -> bool:
    """Whether an area knows a code; one that misses a fact of its own does."""
    if code in delivery.FAILURES:
        return True
    for area in refusals.AREAS:
        try:
            said = area(code, {}, lambda msgid: msgid)
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            return error.args != (code,)
        if said is not None:
            return True
    return False


def test_every_code_of_the_channels_and_services_has_a_sentence_of_its_own() -> None:
    found = codes()
    assert len(found) > 250
    assert {"sms.no_answer", "sms_hours.too_early", "post.no_credit", "journal.unwritable", "address.no_city"} <= found
    assert {code for code in found if not has_a_sentence(code)} == set()


def test_a_code_without_a_sentence_is_found() -> None:
    assert not has_a_sentence("sms.a_new_code")
    tree = ast.parse('raise Refused("brand.new", why=1)')
    assert literals(tree) == {"brand.new"}
    assert any(names_a_code(node) for node in ast.walk(tree))


def test_every_failure_is_told_in_french_with_the_same_facts() -> None:
    tables = (delivery.FAILURES, compose.COMPOSE, compose.LACKING, failures_sms.NUMBERS)
    for msgid in [msgid for table in tables for msgid in table.values()]:
        french = FRENCH.gettext(msgid)
        assert french != msgid, msgid
        assert sorted(re.findall(r"%\(\w+\)s", french)) == sorted(re.findall(r"%\(\w+\)s", msgid))


@pytest.mark.parametrize(
    ("numbers", "why", "told"),
    [
        ([], [], "has no mobile number"),
        (["01 42 00 00 00"], ["sms.landline"], "01 42 00 00 00 is a landline"),
        (["1", "2"], ["sms.short_number", "sms.closed"], "1 is a short number, 2 must not be used any more"),
        (["1"], ["sms.of_tomorrow"], "1 is not a mobile number"),
    ],
)
def test_a_customer_whom_no_text_message_reaches_is_told_number_by_number(
    numbers: list[str], why: list[str], told: str
) -> None:
    error = Refused("compose.no_mobile", customer="Aubry", numbers=numbers, reasons=why)
    assert told in refusals.refusal(error, "en")
    assert "Aubry" in refusals.refusal(error, "en")


def test_an_address_says_all_that_it_lacks() -> None:
    error = Refused("compose.address_incomplete", customer="Aubry", lacking=["street", "city"])
    assert "the street is missing, the town is missing" in refusals.refusal(error, "en")


def test_what_a_held_message_lacks_is_told_from_what_was_kept_with_it() -> None:
    kept = json.dumps({"customer": "Aubry, fils = Co", "parts": 7, "most": 6})
    assert "Aubry, fils = Co would take 7 SMS" in (compose.of_held("compose.sms_too_long", kept, str) or "")
    for odd in ("", "parts=7, most=6", "[]", "{}", '{"customer": 1', "null"):
        assert compose.of_held("compose.sms_too_long", odd, str) is None
    assert compose.of_held("smtp.quota", "{}", str) is None
