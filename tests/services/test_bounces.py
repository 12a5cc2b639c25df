"""What comes back of reminders that really left: addresses, levels, and what is not to be believed."""

from datetime import date, timedelta

import pytest

from relance.domain.status import MessageState
from relance.services.delivery import outcomes
from relance.storage import db
from relance.storage.models import Contact, MailAccount, Message
from tests.services.post_office import COMPTA, MAILBOX_FULL, SPAM, UNKNOWN_USER, PostOffice, mail, next_day, report


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
