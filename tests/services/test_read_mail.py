"""Reminders that really left, and a mailbox on a real IMAP server: what each mail changes, and what it may not."""

import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from relance.channels.inbox import InboxFailed
from relance.config import Settings
from relance.domain.program import from_offsets
from relance.domain.status import MessageState
from relance.services import outcomes
from relance.services.database import open_database
from relance.services.news import Decision, note
from relance.services.replies import Verdict, decide, settle_paid
from relance.storage import db
from relance.storage.models import Contact, MailAccount, Message
from tests.channels.dovecot_server import DovecotServer
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import a_small_firm, replace_program
from tests.services.post_office import COMPTA, MAILBOX_FULL, SPAM, UNKNOWN_USER, PostOffice, mail, report

FOLDER = os.environ.get("RELANCE_SAMPLE_FILES", "")
SAMPLES = sorted((Path(FOLDER) / "bounces").rglob("*.eml")) if FOLDER else []


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with DovecotServer() as one:
        yield one


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as one:
        yield one


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as it is at the first start; each test gets a copy."""
    settings = Settings(tmp_path_factory.mktemp("blank"))
    open_database(settings).dispose()
    return settings.database


@pytest.fixture
def office(tmp_path: Path, blank: Path, smtp: SmtpServer, server: DovecotServer) -> PostOffice:
    """With an empty mailbox."""
    shutil.copy(blank, tmp_path / blank.name)
    smtp.mails.clear()
    made = PostOffice(a_small_firm(tmp_path, smtp), server)
    made.empty()
    made.connect()
    return made


def next_day(office: PostOffice, days: int = 1) -> None:
    office.firm.sleep(days=days)
    office.firm.run_and_deliver()


# Bounces


def test_a_dead_address_is_marked_and_the_level_is_not_reached(office: PostOffice) -> None:
    sent = office.reminded(level=None)
    assert office.firm.find("F-1").level == 1
    reading = office.comes_in(report(office, sent, (COMPTA, *UNKNOWN_USER)))
    assert (reading.mails, reading.noted, reading.more) == (1, 1, False)
    assert office.heard() == [("bounced", COMPTA)]
    assert office.marked() == {COMPTA: None}
    invoice = office.firm.find("F-1")
    assert (invoice.level, invoice.last_reminder_on, invoice.failed_step) == (None, None, None)
    assert [(one.live, one.done, one.withdrawn_code) for one in office.reminders()] == [(False, False, "bounced")]
    assert (office.message().state, office.message().news) == (MessageState.SENT, "bounced")
    assert office.reason() == ("none", "no_recipient")


def test_the_same_step_is_offered_again_once_the_address_is_corrected(office: PostOffice) -> None:
    office.comes_in(report(office, office.reminded(), (COMPTA, *UNKNOWN_USER)))
    next_day(office)
    assert len(office.firm.server.mails) == 1
    with db.writing(office.firm.engine) as session:
        contact = session.query(Contact).one()
        contact.email = "new@mercier.example"
        outcomes.clear_failures(session, contact.customer_id)
    next_day(office)
    assert office.firm.received() == [(COMPTA,), ("new@mercier.example",)]
    assert office.firm.find("F-1").level == 1


def test_a_full_mailbox_is_left_alone_for_three_working_days_then_tried_again(office: PostOffice) -> None:
    office.comes_in(report(office, office.reminded(), (COMPTA, *MAILBOX_FULL)))
    monday = office.firm.today
    assert office.marked() == {COMPTA: monday + timedelta(days=3)}
    assert office.firm.find("F-1").level is None
    for _ in range(2):
        next_day(office)
    assert len(office.firm.server.mails) == 1
    next_day(office)
    assert office.firm.received() == [(COMPTA,), (COMPTA,)]
    assert office.firm.find("F-1").level == 1


def test_the_working_days_of_the_firm_count(office: PostOffice) -> None:
    office.firm.sleep(days=4)  # a Friday
    office.comes_in(report(office, office.reminded(), (COMPTA, *MAILBOX_FULL)))
    assert office.marked() == {COMPTA: date(2026, 6, 17)}


def test_a_mailbox_that_is_full_a_second_time_waits_for_a_person(office: PostOffice) -> None:
    office.comes_in(report(office, office.reminded(), (COMPTA, *MAILBOX_FULL)))
    next_day(office, 3)
    office.comes_in(report(office, office.firm.server.mails[-1], (COMPTA, *MAILBOX_FULL)))
    assert office.marked() == {COMPTA: date(2026, 6, 11)}  # the first mark, whose day has come
    assert office.firm.find("F-1").failed_step is not None
    next_day(office)
    assert len(office.firm.server.mails) == 2


def test_two_reports_of_one_message_are_one_refusal(office: PostOffice) -> None:
    sent = office.reminded()
    both = [report(office, sent, (COMPTA, *MAILBOX_FULL)) for _ in range(2)]
    office.comes_in(*both)
    assert office.heard() == [("refused", COMPTA)] * 2
    assert office.marked() == {COMPTA: date(2026, 6, 11)}
    assert office.firm.find("F-1").failed_step is None


def test_what_is_taken_for_spam_marks_no_address_but_waits_for_a_person(office: PostOffice) -> None:
    office.comes_in(report(office, office.reminded(), (COMPTA, *SPAM)))
    assert office.heard() == [("refused", COMPTA)]
    assert office.marked() == {}
    invoice = office.firm.find("F-1")
    assert (invoice.level, invoice.failed_step) == (None, 3)
    assert office.reason() == ("none", "failed")
    next_day(office)
    assert len(office.firm.server.mails) == 1


def test_one_dead_address_of_two_leaves_the_level_reached(office: PostOffice) -> None:
    sent = office.reminded(COMPTA, "chef@mercier.example")
    office.comes_in(report(office, sent, ("chef@mercier.example", *UNKNOWN_USER)))
    assert office.marked() == {"chef@mercier.example": None}
    assert office.firm.find("F-1").level == 1
    office.comes_in(report(office, sent, (COMPTA, *UNKNOWN_USER)))
    assert set(office.marked()) == {COMPTA, "chef@mercier.example"}
    assert office.firm.find("F-1").level is None


def test_a_report_about_several_is_read_one_by_one(office: PostOffice) -> None:
    sent = office.reminded(COMPTA, "chef@mercier.example")
    fates = ((COMPTA, *UNKNOWN_USER), ("chef@mercier.example", *MAILBOX_FULL))
    office.comes_in(report(office, sent, *fates))
    assert office.heard() == [("bounced", COMPTA), ("refused", "chef@mercier.example")]
    assert office.marked() == {COMPTA: None, "chef@mercier.example": date(2026, 6, 11)}
    assert office.firm.find("F-1").level is None


def test_a_forwarded_address_that_is_dead_is_the_one_that_we_wrote_to(office: PostOffice) -> None:
    office.comes_in(report(office, office.reminded(), ("elsewhere@gmail.example", *UNKNOWN_USER)))
    assert office.marked() == {COMPTA: None}


def test_of_a_message_to_several_a_forwarded_address_marks_nobody(office: PostOffice) -> None:
    sent = office.reminded(COMPTA, "chef@mercier.example")
    office.comes_in(report(office, sent, ("elsewhere@gmail.example", *UNKNOWN_USER)))
    assert office.heard() == [("refused", "elsewhere@gmail.example")]
    assert office.marked() == {}
    assert office.firm.find("F-1").level == 1


def test_one_who_got_it_of_those_it_was_forwarded_to_is_enough(office: PostOffice) -> None:
    sent = office.reminded()
    mixed = report(office, sent, ("a@gmail.example", *UNKNOWN_USER), ("b@gmail.example", "250 ok", "2.0.0"))
    mixed = mixed.replace(b"Action: failed\nStatus: 2.0.0", b"Action: delivered\nStatus: 2.0.0")
    office.comes_in(mixed)
    assert office.heard() == [("delivered", COMPTA)]
    assert office.firm.find("F-1").level == 1


def test_letter_case_is_no_difference(office: PostOffice) -> None:
    office.comes_in(report(office, office.reminded("Compta@Mercier.example"), (COMPTA, *UNKNOWN_USER)))
    assert office.marked() == {COMPTA: None}
    assert office.reason() == ("none", "no_recipient")


def test_a_copy_of_our_own_that_comes_back_marks_nobody(office: PostOffice) -> None:
    with db.writing(office.firm.engine) as session:
        session.get_one(MailAccount, 1).bcc = ["archive@bonnet.example"]
    office.comes_in(report(office, office.reminded(), ("archive@bonnet.example", *UNKNOWN_USER)))
    assert office.marked() == {}
    assert office.firm.find("F-1").level == 1


@pytest.mark.parametrize(("action", "heard"), [("delayed", "delayed"), ("delivered", "delivered")])
def test_a_delay_and_a_delivery_change_nothing(office: PostOffice, action: str, heard: str) -> None:
    office.comes_in(report(office, office.reminded(), (COMPTA, "450 4.4.1 later", "4.4.1"), action=action))
    assert office.heard() == [(heard, COMPTA)]
    assert office.news()[0].handled_at is not None
    assert (office.marked(), office.firm.find("F-1").level, office.message().news) == ({}, 1, heard)


def test_a_later_reminder_that_arrived_keeps_the_level(office: PostOffice) -> None:
    first = office.reminded()
    next_day(office, 6)
    assert office.firm.find("F-1").level == 2
    office.comes_in(report(office, first, (COMPTA, *MAILBOX_FULL)))
    assert office.firm.find("F-1").level == 2
    assert [one.done for one in office.reminders()] == [True, True]


def test_a_grouped_reminder_that_came_back_counts_for_none_of_its_invoices(office: PostOffice) -> None:
    office.firm.customer("MER", COMPTA)
    for number in ("F-1", "F-2"):
        office.firm.invoice(number, "MER", days_late=8)
    office.firm.run_and_deliver()
    office.comes_in(report(office, office.firm.server.mails[-1], (COMPTA, *UNKNOWN_USER)))
    assert [office.firm.find(number).level for number in ("F-1", "F-2")] == [None, None]


def test_a_bounce_shows_that_a_message_of_unknown_fate_left(office: PostOffice) -> None:
    sent = office.reminded()
    with db.writing(office.firm.engine) as session:
        session.get_one(Message, office.message().id).state = MessageState.UNKNOWN
    office.comes_in(report(office, sent, (COMPTA, *UNKNOWN_USER)))
    assert office.message().state is MessageState.SENT
    assert office.firm.find("F-1").level is None


def test_a_bounce_of_a_message_that_is_still_on_its_way_is_read_next_time(office: PostOffice) -> None:
    sent, message = office.reminded(), office.message().id
    with db.writing(office.firm.engine) as session:
        session.get_one(Message, message).state = MessageState.TRANSMITTING
    reading = office.comes_in(mail(office, "first"), report(office, sent, (COMPTA, *UNKNOWN_USER)))
    assert (reading.mails, reading.more, office.marked()) == (1, False, {})
    with db.writing(office.firm.engine) as session:
        session.get_one(Message, message).state = MessageState.SENT
    assert office.read().mails == 1
    assert office.marked() == {COMPTA: None}


# What is not to be believed


def test_a_bounce_that_names_no_message_is_noted_and_marks_nothing(office: PostOffice) -> None:
    sent = office.reminded()
    before = office.firm.find("F-1").level
    office.comes_in(report(office, sent, (COMPTA, *UNKNOWN_USER), names_message=False))
    (noted,) = office.news()
    assert (noted.kind, noted.address, noted.message_id) == ("refused", COMPTA, None)
    assert noted.customer_id == office.firm.customers["MER"]
    assert (office.marked(), office.firm.find("F-1").level) == ({}, before)


def test_a_bounce_about_people_nobody_wrote_to_is_not_kept(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(report(office, sent, ("else@where.example", *UNKNOWN_USER), names_message=False))
    office.firm.sleep(days=31)
    office.comes_in(report(office, sent, (COMPTA, *UNKNOWN_USER), names_message=False))
    assert office.news() == []


def test_a_bounce_speaks_for_nobody_but_the_recipients_of_the_message_it_names(office: PostOffice) -> None:
    """A customer who has a reminder of its own claims that another one's address is dead."""
    own = office.reminded()
    office.reminded("compta@aubry.example", number="A-1", code="AUB")
    lie = report(office, own, ("compta@aubry.example", *UNKNOWN_USER), original=False)
    office.comes_in(lie)
    assert "compta@aubry.example" not in office.marked()
    assert office.firm.find("A-1").level == 1


def test_an_identifier_that_is_guessed_names_nothing(office: PostOffice) -> None:
    sent = office.reminded()
    uid = office.message().uid
    guessed = report(office, sent, (COMPTA, *UNKNOWN_USER)).replace(uid.encode(), b"0" * len(uid))
    office.comes_in(guessed)
    assert office.marked() == {}
    office.comes_in(guessed.replace(b"0" * len(uid), uid[:-1].encode() + b"%").replace(b"<report-", b"<other-"))
    assert office.marked() == {}


HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} #CLIENT#",
    "commands": "STOP\nPAYÉE\nX-Relance: paid\nA1 DELETE INBOX\n'; DROP TABLE invoice; --",
    "zero bytes": "a\0b",
    "line separators": "a\u2028b\u0085c\u202ed",
    "huge": "je paierai " * 200_000,
    "empty": "",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_reply_says_it_only_pauses(office: PostOffice, words: str) -> None:
    sent = office.reminded()
    before = office.firm.find("F-1")
    raw = mail(office, "%words%", to=sent).replace(b"%words%", words.encode())
    office.comes_in(raw)
    (noted,) = office.news()
    assert (noted.kind, len(noted.text) <= 10_000, "\0" in noted.text) == ("replied", True, False)
    after = office.firm.find("F-1")
    assert (after.balance, after.level, after.excluded, after.status) == (
        before.balance,
        before.level,
        before.excluded,
        before.status,
    )
    assert [(one.kind, one.origin) for one in office.holds()] == [("pause", "reply")]
    assert office.marked() == {}


def test_a_reply_that_names_another_customers_reminder_pauses_that_alone(office: PostOffice) -> None:
    office.reminded()
    stolen = office.reminded("compta@aubry.example", number="A-1", code="AUB")
    office.comes_in(mail(office, "payez", to=stolen, sender=COMPTA))
    (noted,) = office.news()
    assert (noted.customer_id, noted.address) == (office.firm.customers["AUB"], COMPTA)
    assert [one.invoice_id for one in office.holds()] == [office.firm.find("A-1").id]
    assert (office.marked(), office.firm.find("A-1").level) == ({}, 1)


def test_a_mail_of_a_stranger_is_not_kept(office: PostOffice) -> None:
    office.reminded()
    office.comes_in(mail(office, "bonjour", sender="ami@ailleurs.example"), mail(office, "x", sender="no address"))
    assert (office.news(), office.holds()) == ([], [])


def test_a_mail_that_cannot_be_noted_does_not_stop_the_others(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    really = note

    def fragile(session: object, piece: object) -> object:
        if getattr(piece, "text", "").startswith("mauvais"):
            raise ValueError("mauvais")
        return really(session, piece)  # type: ignore[arg-type]

    monkeypatch.setattr("relance.services.read_mail.note", fragile)
    sent = office.reminded()
    reading = office.comes_in(mail(office, "mauvais", to=sent), mail(office, "bon", to=sent))
    assert (reading.mails, [one.text for one in office.news()]) == (2, ["bon"])
    assert "could not be noted" in caplog.text


# Replies


def test_a_reply_pauses_what_it_is_about_until_a_person_says_what_follows(office: PostOffice) -> None:
    sent = office.reminded()
    office.firm.invoice("F-2", "MER", days_late=-7)
    office.comes_in(mail(office, "Le virement part vendredi.\n\nCordialement", to=sent))
    (noted,) = office.news()
    assert (noted.kind, noted.address, noted.handled_at) == ("replied", COMPTA, None)
    assert noted.text.startswith("Le virement part vendredi.")
    assert office.message().news == "replied"
    assert office.reason("F-1") == ("none", "paused")
    assert office.reason("F-2") == ("send", None)
    next_day(office, 6)
    assert [mail_.recipients for mail_ in office.firm.server.mails] == [(COMPTA,)] * 2  # F-1, then F-2 alone
    with db.writing(office.firm.engine) as session:
        decided = decide(session, [noted.id], Verdict(Decision.RESUME), by="claire", now=office.firm.now)
    assert decided == 1
    assert (office.holds(), office.news()[0].decision, office.news()[0].handled_by) == ([], "resume", "claire")
    next_day(office)
    assert office.firm.find("F-1").level == 2


def test_what_waits_for_approval_is_taken_out_when_the_customer_answers(office: PostOffice) -> None:
    sent = office.reminded()
    replace_program(office.firm, from_offsets((-7, 0, 7, 9)))
    office.firm.sleep(days=6)
    office.firm.run()
    assert office.firm.states()["F-1"] is MessageState.QUEUED
    office.comes_in(mail(office, "payé hier", to=sent))
    assert office.firm.states()["F-1"] is MessageState.WITHDRAWN
    assert office.firm.deliver().states == {}


def test_a_reply_names_its_message_by_either_header_or_in_its_quote(office: PostOffice) -> None:
    sent = office.reminded()
    uid = office.message().uid
    stranger = "perso@ailleurs.example"
    office.comes_in(
        mail(office, "a", sender=stranger, In_Reply_To=str(sent.message["Message-ID"])),
        mail(office, "b", sender=stranger, References=f"<x@y.example> {sent.message['Message-ID']}"),
        mail(office, f"c\n\n> X-Relance-Id: {uid}\n> bonjour", sender=stranger),
    )
    assert [one.message_id for one in office.news()] == [office.message().id] * 3


def test_a_mail_of_somebody_just_reminded_is_taken_for_an_answer(office: PostOffice) -> None:
    office.reminded()
    office.comes_in(mail(office, "nous payons demain", subject="paiement"))
    (noted,) = office.news()
    assert (noted.message_id, noted.customer_id) == (office.message().id, office.firm.customers["MER"])


def test_another_contact_of_the_customer_pauses_all_that_it_owes(office: PostOffice) -> None:
    office.reminded()
    with db.writing(office.firm.engine) as session:
        chef = Contact(customer_id=office.firm.customers["MER"], email="Chef@Mercier.example", reminders=False)
        session.add(chef)
    office.firm.invoice("F-2", "MER", days_late=-7)
    office.comes_in(mail(office, "voyons-nous", sender="chef@mercier.example"))
    (noted,) = office.news()
    assert (noted.message_id, noted.customer_id) == (None, office.firm.customers["MER"])
    assert [(one.customer_id, one.invoice_id) for one in office.holds()] == [(office.firm.customers["MER"], None)]
    assert [office.reason(number) for number in ("F-1", "F-2")] == [("none", "paused")] * 2


def test_an_invoices_own_address_is_known_too(office: PostOffice) -> None:
    office.reminded()
    office.firm.invoice("F-2", "MER", days_late=-30, emails=["Projet@Mercier.example"])
    office.comes_in(mail(office, "a", sender="projet@mercier.example"))
    assert office.news()[0].customer_id == office.firm.customers["MER"]


def test_somebody_who_was_not_reminded_lately_writes_about_something_else(office: PostOffice) -> None:
    office.reminded()
    office.firm.customer("NEW", "new@client.example")
    office.firm.sleep(days=60)
    office.comes_in(mail(office, "a"), mail(office, "b", sender="new@client.example"))
    assert [(one.text, one.message_id) for one in office.news()] == [("a", None)]
    office.firm.sleep(days=31)
    office.comes_in(mail(office, "c"))
    assert len(office.news()) == 1


def test_our_own_mail_is_no_answer(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(mail(office, "a copy, it says", to=sent, X_Relance_Id=office.message().uid))
    office.comes_in(sent.content, mail(office, "note", sender="claire@bonnet.example", to=sent))
    assert office.news() == []


def test_an_absence_changes_nothing(office: PostOffice) -> None:
    sent = office.reminded()
    away = mail(office, "Je suis absente jusqu'au 30.", to=sent, subject="Réponse automatique : rappel")
    office.comes_in(away, mail(office, "absente", subject="Absence du bureau", Auto_Submitted="auto-replied"))
    assert office.heard() == [("auto_reply", COMPTA)] * 2
    assert (office.holds(), office.marked()) == ([], {})
    assert office.firm.find("F-1").level == 1
    assert all(one.handled_at for one in office.news())


def test_a_complaint_pauses_like_a_reply(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(complaint(sent.content), complaint(sent.content, kind="not-spam"))
    assert [kind for kind, _ in office.heard()] == ["complaint"]
    assert [one.origin for one in office.holds()] == ["reply"]
    assert office.message().news == "complaint"


def complaint(sent: bytes, kind: str = "abuse") -> bytes:
    head = f"""From: fbl@orange.example
Subject: complaint
Message-ID: <{kind}@orange.example>
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b

An abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
Version: 1

--b
Content-Type: message/rfc822

"""
    return head.encode() + sent.replace(b"\r\n", b"\n") + b"\n--b--\n"


def test_what_is_paid_needs_no_decision_any_more(office: PostOffice) -> None:
    sent = office.reminded()
    office.comes_in(mail(office, "c'est fait", to=sent))
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    office.firm.pay(office.firm.find("F-1").id, 10_000)
    assert settle_paid(office.firm.engine, office.firm.now) == 1
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    assert (office.holds(), office.news()[0].decision) == ([], "paid")


def test_a_reply_about_what_is_paid_already_waits_for_a_person_and_pauses_nothing(office: PostOffice) -> None:
    sent = office.reminded()
    office.firm.pay(office.firm.find("F-1").id, 10_000)
    office.comes_in(mail(office, "vous vous trompez", to=sent))
    assert settle_paid(office.firm.engine, office.firm.now) == 0
    assert (office.holds(), office.news()[0].handled_at) == ([], None)


# Once only, and nothing lost


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
