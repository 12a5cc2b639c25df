"""Accounts, passwords, and the brake on guessing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from relance.config import Settings
from relance.services import accounts, passwords, sign_in
from relance.services.accounts import Role
from relance.services.database import open_database
from relance.services.refusal import Refused
from relance.services.sign_in import FREE_TRIES, FREE_TRIES_FROM_ADDRESS, LONGEST_WAIT, wait_after
from relance.storage.db import reading, writing
from relance.storage.models import SignInFailure, User

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(Settings(data_dir=tmp_path))
    yield made
    made.dispose()


def an_account(engine: Engine, email: str = "claire@bonnet.fr", role: Role = Role.OWNER) -> int:
    with writing(engine) as session:
        return accounts.add_user(session, email=email, password=PASSWORD, role=role, now=NOW).id


def attempt(engine: Engine, password: str, *, at: datetime = NOW, address: str = "10.0.0.1", email: str = "") -> str:
    """The code of the refusal, or "in"."""
    account = email or "claire@bonnet.fr"
    try:
        sign_in.sign_in(engine, email=account, password=password, address=address, now=at)
    except Refused as error:
        return error.code
    return "in"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "account.password_short"),
        ("x" * 600, "account.password_long"),
        ("motdepasse123", "account.password_common"),
        ("MotDePasse 123", "account.password_common"),
        ("aaaaaaaaaaaaaaaa", "account.password_common"),
        ("121212121212", "account.password_common"),
        ("claire@bonnet.fr", "account.password_common"),
        ("claireclaire", "account.password_common"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.check(password, "claire@bonnet.fr")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password", [PASSWORD, "é" * 6 + "œuvres", "p" + " and a long tail" * 8, "    a b c d e f    "]
)
def test_a_phrase_is_accepted_whatever_it_is_made_of(password: str) -> None:
    passwords.check(password, "claire@bonnet.fr")
    assert passwords.matches(passwords.kept(password), password)


def test_a_long_password_counts_to_its_last_character() -> None:
    stored = passwords.kept("a" * 200 + "b")
    assert not passwords.matches(stored, "a" * 200 + "c")


class Recorder:
    """A hasher that notes what it compares."""

    def __init__(self) -> None:
        self.real, self.compared = passwords._hasher(), list[str]()
        self.hash = self.real.hash

    def verify(self, stored: str, password: str) -> bool:
        self.compared.append(stored)
        return self.real.verify(stored, password)


def test_no_account_takes_as_much_work_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    monkeypatch.setattr(passwords, "_hasher", lambda: recorder)
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches(passwords.kept("another long phrase"), PASSWORD)
    kinds = {stored.rpartition("p=1$")[0] for stored in recorder.compared}
    assert len(recorder.compared) == 2
    assert kinds == {"$argon2id$v=19$m=19456,t=2,"}


def test_the_same_address_in_other_letters_is_the_same_account(engine: Engine) -> None:
    an_account(engine)
    with pytest.raises(Refused) as refused:
        an_account(engine, " Claire@BONNET.fr ")
    assert refused.value.code == "account.exists"


@pytest.mark.parametrize("email", ["", "claire", "claire@", "a b@c.fr", "claire@bonnet"])
def test_an_incomplete_address_is_refused_and_nothing_is_stored(engine: Engine, email: str) -> None:
    with pytest.raises(Refused) as refused:
        an_account(engine, email)
    assert refused.value.code == "account.bad_email"
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_waits_grow_and_have_an_end() -> None:
    waits = [wait_after(failures, FREE_TRIES) for failures in range(30)]
    assert waits[:FREE_TRIES] == [timedelta(0)] * FREE_TRIES
    assert waits[FREE_TRIES:] == sorted(waits[FREE_TRIES:])
    assert waits[FREE_TRIES] == timedelta(seconds=30)
    assert waits[-1] == LONGEST_WAIT == timedelta(minutes=15)


def test_after_five_failures_even_the_right_password_waits_and_then_works(engine: Engine) -> None:
    an_account(engine)
    assert [attempt(engine, "wrong password") for _ in range(FREE_TRIES)] == ["sign_in.wrong"] * FREE_TRIES
    assert attempt(engine, PASSWORD) == "sign_in.wait"
    assert attempt(engine, PASSWORD, at=NOW + timedelta(seconds=29)) == "sign_in.wait"
    assert attempt(engine, PASSWORD, at=NOW + timedelta(seconds=30)) == "in"
    assert attempt(engine, "wrong password", at=NOW + timedelta(seconds=31)) == "sign_in.wrong"


def test_a_try_that_must_wait_does_not_lengthen_the_wait(engine: Engine) -> None:
    an_account(engine)
    for _ in range(FREE_TRIES):
        attempt(engine, "wrong password")
    for second in range(1, 30):
        assert attempt(engine, "wrong password", at=NOW + timedelta(seconds=second)) == "sign_in.wait"
    assert attempt(engine, PASSWORD, at=NOW + timedelta(seconds=30)) == "in"


def test_one_address_that_tries_many_accounts_is_slowed_down(engine: Engine) -> None:
    an_account(engine)
    for number in range(FREE_TRIES_FROM_ADDRESS):
        assert attempt(engine, "wrong password", email=f"person{number}@bonnet.fr") == "sign_in.wrong"
    assert attempt(engine, PASSWORD) == "sign_in.wait"
    assert attempt(engine, PASSWORD, address="10.0.0.2") == "in"


def test_an_unknown_account_is_braked_like_a_known_one(engine: Engine) -> None:
    for _ in range(FREE_TRIES):
        attempt(engine, "wrong password", email="nobody@bonnet.fr")
    assert attempt(engine, "wrong password", email="nobody@bonnet.fr") == "sign_in.wait"


def test_the_failure_is_stored_before_the_password_is_compared(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    an_account(engine)
    stored = []

    def compare(kept: str | None, password: str) -> bool:
        with reading(engine) as session:
            stored.append(session.scalar(select(func.count()).select_from(SignInFailure)))
        return True

    monkeypatch.setattr(passwords, "matches", compare)
    assert attempt(engine, "anything") == "in"
    assert stored == [1]
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_a_clock_set_back_locks_nobody_out(engine: Engine) -> None:
    an_account(engine)
    for _ in range(FREE_TRIES):
        attempt(engine, "wrong password", at=NOW + timedelta(days=400))
    assert attempt(engine, PASSWORD) == "in"


def test_a_person_who_may_not_sign_in_can_not(engine: Engine) -> None:
    an_account(engine)
    member = an_account(engine, "bob@bonnet.fr", Role.MEMBER)
    with writing(engine) as session:
        accounts.change_access(session, member, role=Role.MEMBER, active=False)
    assert attempt(engine, PASSWORD, email="bob@bonnet.fr") == "sign_in.wrong"


def test_the_last_owner_can_neither_leave_nor_step_down(engine: Engine) -> None:
    first = an_account(engine)
    for role, active in ((Role.MEMBER, True), (Role.OWNER, False)):
        with pytest.raises(Refused) as refused, writing(engine) as session:
            accounts.change_access(session, first, role=role, active=active)
        assert refused.value.code == "account.last_owner"
    an_account(engine, "other@bonnet.fr")
    with writing(engine) as session:
        accounts.change_access(session, first, role=Role.READER, active=True)
