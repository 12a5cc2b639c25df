"""The doctor on what sending needs: it names what is wrong, with its mend, and says what is fine."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relance import clock
from relance.config import Settings
from relance.services.database import open_database
from relance.services.delivery.journal import folder_of
from relance.storage import db
from relance.storage.models import Firm, InboxAccount, LetterAccount, MailAccount, Sender, SmsAccount
from tests.cli.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, 2525)
    office.configure("[automation]\nenabled = false\n")
    return office


def change(office: Office, kind: type[Any], **values: object) -> None:
    engine = open_database(Settings(data_dir=office.data))
    with db.writing(engine) as session:
        for name, value in values.items():
            setattr(session.get_one(kind, 1), name, value)
    engine.dispose()


def checks(office: Office) -> dict[str, tuple[bool, str]]:
    code, found = office.ask("doctor", "--json")
    assert code == (0 if all(one["ok"] for one in found) else 1)
    return {one["check"]: (one["ok"], one["said"]) for one in found}


def test_a_sound_installation_has_nothing_to_mend(office: Office) -> None:
    found = checks(office)
    assert len(found) >= 12
    assert all(ok for ok, _ in found.values())


BAD: list[tuple[type[Any], dict[str, object]]] = [
    (MailAccount, {"held_code": "smtp.auth_refused"}),
    (MailAccount, {"password_env": "NO_SUCH_VARIABLE"}),
    (SmsAccount, {"provider": "vonage", "key": "k", "secret_file": "secrets/gone", "sender": "BONNET"}),
    (SmsAccount, {"provider": "vonage", "held_code": "sms.balance_exhausted"}),
    (LetterAccount, {"way": "post", "api_key_env": "NO_SUCH_VARIABLE"}),
    (LetterAccount, {"way": "post", "held_code": "post.no_credit"}),
    (LetterAccount, {"way": "folder", "folder": "/proc/no-such-folder"}),
    (InboxAccount, {"active": True, "failed_code": "inbox.auth_refused"}),
    (Firm, {"sending_lock": "restored"}),
]


@pytest.mark.parametrize(("kind", "values"), BAD)
def test_what_must_be_mended_is_named(office: Office, kind: type[Any], values: dict[str, object]) -> None:
    change(office, kind, **values)
    wrong = {name: said for name, (ok, said) in checks(office).items() if not ok}
    assert len(wrong) == 1
    assert all(len(said) > 10 for said in wrong.values())


@pytest.mark.parametrize("account", [{"held_code": "smtp.auth_refused"}, {"password_env": "NO_SUCH_VARIABLE"}])
def test_a_sender_whose_account_cannot_be_used_is_named(office: Office, account: dict[str, str]) -> None:
    engine = open_database(Settings(data_dir=office.data))
    with db.writing(engine) as session:
        account = {"host": "smtp.lyon.example", "sender": "lyon@durand.example", **account}
        session.add(Sender(name="Agence de Lyon", mail_account=MailAccount(bcc=[], **account)))
        session.add(Sender(name="Agence de Brest"))
    engine.dispose()
    found = checks(office)
    [wrong] = [name for name, (ok, _) in found.items() if not ok]
    assert "Agence de Lyon" in wrong
    assert not any("Brest" in name for name in found)


def rates_said(office: Office) -> list[tuple[bool, bool]]:
    """Whether the check of rates is fine, and whether it is a warning."""
    _, found = office.ask("doctor", "--json")
    return [(one["ok"], one["warning"]) for one in found if "Rates" in one["check"]]


def test_a_half_year_without_its_rate_is_a_warning_and_no_failure(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LEGAL 1: nothing can be worked out without it, and it may not be published yet."""
    monkeypatch.setenv("RELANCE_LANG", "en")
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2031, 2, 3, 9, 0, tzinfo=UTC))
    assert rates_said(office) == [(True, True)]
    said = office.call("doctor")
    assert said.exit_code == 0
    assert "!   Rates of late interest: missing for the 1st half of 2031" in said.output
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert rates_said(office) == [(True, False)]
    office.configure("[firm]\ncharges = false\n")
    assert rates_said(office) == []


def test_an_account_with_its_secret_is_fine(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_SECRET", "s3cret")
    values = {"provider": "vonage", "key": "k", "secret_env": "THE_SECRET", "sender": "BONNET"}
    change(office, SmsAccount, **values)
    found = checks(office)
    assert all(ok for ok, _ in found.values())
    assert any("BONNET" in said for _, said in found.values())
    assert not any("s3cret" in said for _, said in found.values())


def test_a_journal_that_cannot_be_written_is_named(office: Office) -> None:
    folder_of(office.data).write_text("a file where the folder must be")
    wrong = {name: said for name, (ok, said) in checks(office).items() if not ok}
    assert len(wrong) == 1
    assert str(folder_of(office.data)) in next(iter(wrong.values()))


def test_the_doctor_leaves_nothing_behind(office: Office) -> None:
    folder = office.data / "letters"
    folder.mkdir()
    change(office, LetterAccount, way="folder", folder="letters")
    assert checks(office)
    assert list(folder.iterdir()) == []
    shutil.rmtree(folder)
