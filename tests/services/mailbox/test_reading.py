"""The mailbox of a real IMAP server: each mail counts once, none is lost, and nothing is changed in it."""

import os
from datetime import date
from pathlib import Path

import pytest

from relance.channels.inbox import InboxFailed
from relance.storage import db
from relance.storage.models import MailAccount
from tests.services.post_office import (
    COMPTA,
    MAILBOX_FULL,
    PostOffice,
    complaint,
    mail,
    report,
)

FOLDER = os.environ.get("RELANCE_SAMPLE_FILES", "")
SAMPLES = sorted((Path(FOLDER) / "bounces").rglob("*.eml")) if FOLDER else []


def test_each_mail_counts_once_however_often_it_comes(office: PostOffice) -> None:
    sent = office.reminded()
    kinds = [
        report(office, sent, (COMPTA, *MAILBOX_FULL)),
        mail(office, "bonjour", to=sent),
        mail(office, "absent", to=sent, subject="Réponse automatique : rappel"),
        complaint(sent.content),
        mail(office, "sans identifiant", to=sent, Message_ID=""),
    ]
    office.comes_in(*kinds)
    once = office.snapshot()
    office.comes_in(*kinds)
    assert office.snapshot() == once
    office.connect(uid_validity=None, last_uid=0)  # as if it had never been read
    assert office.read().mails == 10
    assert office.snapshot() == once


def test_a_mailbox_that_is_numbered_anew_is_read_again_and_nothing_counts_twice(office: PostOffice) -> None:
    office.comes_in(mail(office, "bonjour", to=office.reminded()))
    once = office.snapshot()
    office.connect(uid_validity=7, last_uid=900)
    assert office.read().mails == 1
    assert office.snapshot() == once
    assert office.account().uid_validity != 7


def test_reading_goes_on_where_it_stopped(office: PostOffice) -> None:
    office.reminded()
    assert office.comes_in(mail(office, "a", sender="x@y.example")).mails == 1
    assert office.read().mails == 0
    assert office.comes_in(mail(office, "b")).mails == 1
    assert office.account().checked_at == office.firm.now


def test_the_first_reading_begins_thirty_days_back_at_most(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    from relance.channels import inbox

    asked: list[date] = []
    really = inbox.read_new

    def noted(*args: object, first_day: date) -> object:
        asked.append(first_day)
        return really(*args, first_day=first_day)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "read_new", noted)
    office.read()
    with db.writing(office.firm.engine) as session:
        session.get_one(MailAccount, 1).first_sent_on = date(2026, 6, 3)
    office.read()
    assert asked == [date(2026, 5, 9), date(2026, 6, 2)]


def test_more_mails_than_one_batch_holds_are_read_batch_by_batch(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from relance.channels import inbox

    monkeypatch.setattr(inbox.read_new, "__kwdefaults__", {"most_mails": 2, "most_bytes": 1_000_000})
    sent = office.reminded()
    reading = office.comes_in(*(mail(office, str(number), to=sent) for number in range(5)))
    assert (reading.mails, reading.noted, reading.more) == (5, 5, False)


def test_of_two_who_read_at_once_one_gives_way(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one's news are committed while this one speaks to the server."""
    from relance.channels import inbox

    sent, really = office.reminded(), inbox.read_new
    office.box.put(mail(office, "bonjour", to=sent))

    def overtaken(*args: object, **options: object) -> object:
        batch = really(*args, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(inbox, "read_new", really)
        assert office.read().noted == 1
        return batch

    monkeypatch.setattr(inbox, "read_new", overtaken)
    assert office.read().noted == 0
    assert len(office.news()) == len(office.holds()) == 1


def test_a_mailbox_that_was_changed_meanwhile_is_not_taken_for_the_other(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from relance.channels import inbox

    sent, really = office.reminded(), inbox.read_new
    office.box.put(mail(office, "bonjour", to=sent))

    def changed(*args: object, **options: object) -> object:
        office.connect(folder="Sent")
        return really(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "read_new", changed)
    assert office.read().noted == 0
    assert (office.news(), office.account().uid_validity) == ([], None)


def test_nothing_is_changed_in_the_mailbox(office: PostOffice) -> None:
    office.comes_in(mail(office, "bonjour", to=office.reminded(), subject="s"))
    assert office.box.flags()["s"] in ((), ("\\Recent",))


def test_what_was_recognised_moves_to_the_folder_that_was_named(office: PostOffice) -> None:
    office.connect(done_folder="Relance")
    office.box.put(b"Subject: x\r\n\r\n", folder="Relance")
    sent = office.reminded()
    office.comes_in(
        mail(office, "bonjour", to=sent, subject="ours"), mail(office, "x", subject="theirs", sender="x@y.example")
    )
    assert (set(office.box.flags()), "ours" in office.box.flags("Relance")) == ({"theirs"}, True)


def test_a_folder_that_is_not_there_loses_no_news(office: PostOffice) -> None:
    office.connect(done_folder="Nowhere")
    with pytest.raises(InboxFailed, match="folder_unknown"):
        office.comes_in(mail(office, "bonjour", to=office.reminded()))
    assert len(office.news()) == 1
    assert office.read().mails == 0


@pytest.mark.skipif(not SAMPLES, reason="RELANCE_SAMPLE_FILES names no folder")
def test_the_mails_of_the_folder_are_nobodys(office: PostOffice) -> None:
    office.reminded()
    before = office.snapshot()
    reading = office.comes_in(*(one.read_bytes() for one in SAMPLES))
    assert (reading.mails, office.snapshot()) == (len(SAMPLES), before)
