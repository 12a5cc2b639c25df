"""Delivery: looked at again before it leaves, every failure in its state, and never twice (RULES 4.5, 4.6)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from relance.domain.delivery import ChannelName
from relance.domain.program import Step
from relance.domain.status import MessageState
from relance.services.delivery.deliver import sweep
from relance.services.delivery.outcomes import release_account
from relance.services.delivery.owners import Owner
from relance.storage import db
from relance.storage.models import BadAddress, Customer, Hold, Invoice, MailAccount, Message, Reminder
from tests.channels.smtp_server import ACCEPT, DROP
from tests.services.firm import SmallFirm, replace_program

SENT = MessageState.SENT


def one_late(firm: SmallFirm) -> int:
    firm.customer("A", "a@a.example")
    return firm.invoice("F-1", "A", days_late=8)


def test_an_invoice_paid_after_the_plan_is_not_chased(firm: SmallFirm) -> None:
    key = one_late(firm)
    firm.run()
    firm.pay(key, 10_000)
    firm.deliver()
    assert firm.received() == []
    [message] = firm.messages()
    assert (message.state, message.code) == (MessageState.WITHDRAWN, "paid")


def test_of_a_group_only_what_is_still_owed_leaves(firm: SmallFirm) -> None:
    key = one_late(firm)
    firm.invoice("F-2", "A", days_late=9)
    firm.run()
    firm.pay(key, 10_000)
    firm.deliver()
    [mail] = firm.server.mails
    assert "F-2" in str(mail.message["Subject"])
    assert "F-1" not in mail.content.decode()
    with db.reading(firm.engine) as session:
        codes = session.execute(select(Reminder.withdrawn_code, Reminder.live).order_by(Reminder.id)).all()
    assert codes == [("paid", False), (None, True)]


@pytest.mark.parametrize("what", ["dispute", "pause", "excluded", "insolvent", "off"])
def test_what_came_up_after_the_plan_stops_the_message(firm: SmallFirm, what: str) -> None:
    key = one_late(firm)
    firm.run()
    with db.writing(firm.engine) as session:
        if what in ("dispute", "pause"):
            session.add(Hold(invoice_id=key, kind=what, opened_at=firm.now))
        elif what == "excluded":
            session.execute(update(Invoice).values(excluded=True))
        elif what == "insolvent":
            session.execute(update(Customer).values(insolvent=True))
    if what == "off":
        firm.change(enabled=False)
    firm.deliver()
    assert firm.received() == []
    assert [message.state for message in firm.messages()] == [MessageState.WITHDRAWN]


def test_a_payment_during_the_send_stops_the_messages_that_have_not_left(firm: SmallFirm) -> None:
    keys = []
    for number in range(12):
        firm.customer(f"C{number}", f"c{number}@a.example")
        keys.append(firm.invoice(f"F-{number}", f"C{number}", days_late=8))
    firm.run()
    firm.server.delay_ms = 20
    paid_when_sent: list[int] = []

    def pay_the_last() -> None:
        while not firm.server.mails:
            pass
        for key in reversed(keys[6:]):
            firm.pay(key, 10_000)
        paid_when_sent.append(len(firm.server.mails))

    payer = threading.Thread(target=pay_the_last)
    payer.start()
    firm.deliver()
    payer.join()
    states = [message.state for message in firm.messages()]
    assert states.count(SENT) == len(firm.server.mails)
    # One may have been under way at the very moment of the payment.
    assert len(firm.server.mails) <= max(6, paid_when_sent[0] + 1)
    assert states.count(MessageState.WITHDRAWN) == 12 - len(firm.server.mails)


def test_what_was_sent_is_kept_word_for_word(firm: SmallFirm) -> None:
    one_late(firm)
    firm.run_and_deliver()
    [message], [mail] = firm.messages(), firm.server.mails
    plain = mail.message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == message.body.splitlines()
    assert mail.message["Subject"] == message.subject
    assert mail.message["X-Relance-Id"] == message.uid
    assert message.recipients == ["a@a.example"]
    assert message.sent_at == firm.now


def test_one_broken_customer_never_stops_the_others(firm: SmallFirm) -> None:
    for number in range(5):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    firm.run()
    firm.server.script("RCPT", ACCEPT, "550 5.1.1 unknown user", ACCEPT, "451 4.7.1 greylisted")
    firm.deliver()
    states = sorted(firm.states().items())
    assert [state for _, state in states] == [SENT, MessageState.FAILED, SENT, MessageState.DEFERRED, SENT]


def test_an_address_refused_for_good_is_marked_and_left_alone(firm: SmallFirm) -> None:
    one_late(firm)
    firm.server.script("RCPT", "550 5.1.1 unknown user")
    firm.run_and_deliver()
    with db.reading(firm.engine) as session:
        [bad] = session.scalars(select(BadAddress))
        assert (bad.address, bad.until, bad.code) == ("a@a.example", None, "smtp.recipient_refused")
        assert "5.1.1" in bad.detail and bad.message_id == firm.messages()[0].id
    firm.sleep(days=1)
    [decision] = firm.run().simulation.plan.decisions
    assert decision.reasons[0].code == "no_recipient"
    assert len(firm.messages()) == 1


def test_a_message_refused_for_good_waits_for_a_person(firm: SmallFirm) -> None:
    one_late(firm)
    firm.server.script("DOT", "554 5.6.0 content refused")
    firm.run_and_deliver()
    firm.sleep(days=1)
    [decision] = firm.run().simulation.plan.decisions
    assert decision.reasons[0].code == "failed"
    assert firm.find("F-1").level is None


def test_a_temporary_refusal_is_tried_again_after_a_while_and_only_then(firm: SmallFirm) -> None:
    one_late(firm)
    firm.server.script("RCPT", "451 4.7.1 greylisted")
    firm.run_and_deliver()
    firm.sleep(minutes=3)
    firm.deliver()
    assert firm.received() == []
    firm.sleep(minutes=4)
    firm.deliver()
    assert len(firm.received()) == 1
    [message] = firm.messages()
    assert (message.state, message.attempt) == (SENT, 2)


def test_after_five_days_of_temporary_refusals_it_gives_up(firm: SmallFirm) -> None:
    one_late(firm)
    firm.server.script("RCPT", *["451 4.7.1 later"] * 200)
    firm.run()
    for _ in range(200):
        firm.deliver()
        firm.sleep(hours=5)
    [message] = firm.messages()
    assert message.state is MessageState.FAILED
    assert firm.received() == []


def test_a_server_that_cannot_be_reached_pauses_the_account_and_costs_no_attempt(firm: SmallFirm) -> None:
    one_late(firm)
    firm.server.script("BANNER", "554 no service", "554 no service")
    firm.run_and_deliver()
    [message] = firm.messages()
    assert (message.state, message.attempt) == (MessageState.QUEUED, 0)
    firm.deliver()  # paused: nothing is even tried
    assert firm.server.connections == 1
    firm.sleep(minutes=6)
    firm.deliver()
    firm.sleep(minutes=6)  # the second pause is longer
    firm.deliver()
    assert firm.received() == []
    firm.sleep(minutes=10)
    firm.deliver()
    assert len(firm.received()) == 1
    with db.reading(firm.engine) as session:
        assert session.get_one(MailAccount, 1).pauses == 0


def test_a_refused_login_holds_everything_until_a_person_looks(firm: SmallFirm) -> None:
    for number in range(3):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    firm.server.script("MAIL", "530 5.7.0 authentication required")
    firm.run_and_deliver()
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert firm.received() == []
    assert {message.state for message in firm.messages()} == {MessageState.HELD}
    with db.writing(firm.engine) as session:
        release_account(session)
    firm.deliver()
    assert len(firm.received()) == 3


def test_a_connection_lost_after_the_content_is_unknown_and_never_sent_again(firm: SmallFirm) -> None:
    one_late(firm)
    firm.server.script("DOT", DROP)
    firm.run_and_deliver()
    [message] = firm.messages()
    assert message.state is MessageState.UNKNOWN
    for _ in range(3):
        firm.sleep(days=1)
        firm.run_and_deliver()
    assert len(firm.received()) == 1
    assert firm.find("F-1").level == 1


def test_a_server_that_takes_and_never_answers_is_left_alone_after_two(firm: SmallFirm) -> None:
    for number in range(4):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    firm.server.script("DOT", DROP, DROP)
    firm.run_and_deliver()
    unknown, queued = MessageState.UNKNOWN, MessageState.QUEUED
    assert [message.state for message in firm.messages()] == [unknown, unknown, queued, queued]
    firm.deliver()
    assert len(firm.received()) == 2  # the account rests
    firm.sleep(minutes=6)
    firm.deliver()
    assert [message.state for message in firm.messages()] == [unknown, unknown, SENT, SENT]


def test_what_a_dead_process_had_claimed_goes_back_and_what_it_was_sending_is_unknown(firm: SmallFirm) -> None:
    for number in range(2):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    firm.run()
    with Owner(firm.settings.data_dir) as dead:
        name = dead.name
    lease = firm.now + timedelta(minutes=30)
    with db.writing(firm.engine) as session:
        first, second = session.scalars(select(Message).order_by(Message.id))
        first.state, first.owner, first.lease_until, first.attempt = MessageState.CLAIMED, name, lease, 1
        second.state, second.owner, second.lease_until, second.attempt = MessageState.TRANSMITTING, name, lease, 1
    firm.deliver()
    assert list(firm.states().values()) == [SENT, MessageState.UNKNOWN]
    assert firm.received() == [("c0@a.example",)]


def test_what_a_living_process_has_claimed_is_left_to_it(firm: SmallFirm) -> None:
    one_late(firm)
    firm.run()
    with Owner(firm.settings.data_dir) as living:
        lease = firm.now + timedelta(minutes=30)
        with db.writing(firm.engine) as session:
            session.execute(
                update(Message).values(state=MessageState.CLAIMED, owner=living.name, lease_until=lease, attempt=1)
            )
        sweep(firm.engine, firm.settings, firm.now)
        assert [message.state for message in firm.messages()] == [MessageState.CLAIMED]
        sweep(firm.engine, firm.settings, firm.now + timedelta(minutes=31))  # but not for ever
        assert [message.state for message in firm.messages()] == [MessageState.QUEUED]


def test_a_daily_limit_leaves_the_rest_for_later(firm: SmallFirm) -> None:
    for number in range(5):
        firm.customer(f"C{number}", f"c{number}@a.example")
        firm.invoice(f"F-{number}", f"C{number}", days_late=8)
    with db.writing(firm.engine) as session:
        session.get_one(MailAccount, 1).per_day = 3
    firm.run_and_deliver()
    assert len(firm.received()) == 3
    firm.deliver()
    assert len(firm.received()) == 3
    firm.sleep(days=1, hours=1)
    firm.run_and_deliver()
    assert len(firm.received()) == 5


def test_a_friday_left_over_waits_for_monday(firm: SmallFirm) -> None:
    firm.change(working_days_only=True)
    firm.sleep(days=4)  # Friday
    one_late(firm)
    firm.run()
    firm.sleep(days=1)
    firm.deliver()
    assert firm.received() == []
    assert [message.state for message in firm.messages()] == [MessageState.QUEUED]
    firm.sleep(days=2)
    firm.deliver()
    assert len(firm.received()) == 1


def test_a_letter_that_nothing_can_send_is_held_and_not_forgotten(firm: SmallFirm) -> None:
    replace_program(firm, (Step(1, 7, channels=(ChannelName.LETTER,)),))
    firm.customer("A", "a@a.example", address_1="1 rue du Port", postcode="37000", city="Tours")
    firm.invoice("F-1", "A", days_late=8)
    firm.run_and_deliver()
    [message] = firm.messages()
    assert (message.state, message.code) == (MessageState.HELD, "letter.not_set_up")
