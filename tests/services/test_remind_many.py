"""Reminders by hand for many invoices at once: weighed together, grouped, never two on one day (RULES 3.12, 4.4)."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from relance.domain.delivery import ChannelName, Postage
from relance.domain.program import Step
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services import holds
from relance.services.by_hand import situations
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.holds import HoldKind
from relance.services.refusal import Refused
from relance.services.remind import Asked, Weighed, queue, weigh
from relance.services.sending import Offer, Office, offer
from relance.storage import db
from relance.storage.models import Contact, Customer, Invoice, LetterAccount, MailAccount
from tests.services.firm import SmallFirm, replace_program

BY = "claire@bonnet.example"


def asked(firm: SmallFirm, **values: object) -> Asked:
    return Asked(BY, firm.now, **values)  # type: ignore[arg-type]


def weighed(firm: SmallFirm, *ids: int, **values: object) -> Weighed:
    with db.reading(firm.engine) as session:
        return weigh(session, the_firm(session), ids, asked(firm, **values))


def queued(firm: SmallFirm, *ids: int, **values: object) -> list[int]:
    with db.writing(firm.engine) as session:
        row, wish = the_firm(session), asked(firm, **values)
        return queue(session, row, weigh(session, row, ids, wish).ready, wish)


def offered(firm: SmallFirm, *ids: int, demo: bool = False, **values: object) -> Offer:
    with db.reading(firm.engine) as session:
        office = Office(the_firm(session), read_accounts(session), firm.settings.data_dir, demo=demo)
        return offer(session, office, ids, asked(firm, **values))


@pytest.fixture
def three(firm: SmallFirm) -> tuple[int, int, int]:
    with db.writing(firm.engine) as session:
        session.get_one(MailAccount, 1).host = "smtp.bonnet.example"
    firm.customer("A", "a@a.example")
    firm.customer("B", "b@b.example")
    return (
        firm.invoice("F-1", "A", days_late=10),
        firm.invoice("F-2", "A", days_late=10),
        firm.invoice("F-3", "B", days_late=10, total=5_000, currency="CHF"),
    )


def test_invoices_of_one_customer_share_a_message(firm: SmallFirm, three: tuple[int, ...]) -> None:
    assert len(queued(firm, *three)) == 2
    firm.deliver()
    assert sorted(firm.received()) == [("a@a.example",), ("b@b.example",)]


def test_the_order_asked_for_is_kept_and_unknown_ids_are_left_out(firm: SmallFirm, three: tuple[int, ...]) -> None:
    one, two, three_ = three
    with db.reading(firm.engine) as session:
        found = situations(session, the_firm(session), [three_, 999, one, two, -1], firm.now)
    assert list(found) == [three_, one, two]


def test_each_refusal_belongs_to_its_invoice(firm: SmallFirm, three: tuple[int, ...]) -> None:
    paid, mute, fine = three
    firm.pay(paid, 10_000)
    with db.writing(firm.engine) as session:
        session.execute(delete(Contact).where(Contact.customer_id == firm.customers["A"]))
    found = weighed(firm, *three)
    assert [one.situation.invoice.id for one in found.ready] == [fine]
    assert {key: why.code for key, why in found.refused.items()} == {
        paid: "remind.stopped",
        mute: "remind.no_recipient",
    }


def test_what_was_asked_for_today_is_not_asked_for_twice(firm: SmallFirm, three: tuple[int, ...]) -> None:
    queued(firm, three[0])
    assert weighed(firm, three[0]).refused[three[0]].code == "remind.already_today"
    assert queued(firm, *three) != []
    firm.deliver()
    assert len(firm.received()) == 3


def test_each_invoice_may_have_a_step_of_its_own(firm: SmallFirm, three: tuple[int, ...]) -> None:
    found = weighed(firm, *three, positions={three[0]: 4}, position=3)
    assert {one.situation.invoice.id: one.step.position for one in found.ready} == dict(
        zip(three, (4, 3, 3), strict=True)
    )


def test_what_waits_for_the_machine_is_replaced(firm: SmallFirm, three: tuple[int, ...]) -> None:
    firm.run()
    before = {one.id for one in firm.messages()}
    new = queued(firm, *three, position=4)
    states = {one.id: one.state for one in firm.messages()}
    assert {states[key] for key in before} == {MessageState.WITHDRAWN}
    assert {states[key] for key in new} == {MessageState.QUEUED}


def test_an_offer_counts_people_messages_and_money_by_currency(firm: SmallFirm, three: tuple[int, ...]) -> None:
    found = offered(firm, *three, 999)
    assert [one.message.to for one in found.messages] == [("a@a.example",), ("b@b.example",)]
    assert found.amounts == {"CHF": 5_000, "EUR": 20_000}
    assert found.gone == 1
    assert found.left_out == ()
    assert set(found.marks()) == set(three)


def test_an_offer_writes_nothing(firm: SmallFirm, three: tuple[int, ...]) -> None:
    offered(firm, *three)
    assert firm.messages() == []


def test_marks_change_with_the_recipients_and_with_nothing_else(firm: SmallFirm, three: tuple[int, ...]) -> None:
    before = offered(firm, *three).marks()
    assert offered(firm, three[0]).marks()[three[0]] == before[three[0]]
    with db.writing(firm.engine) as session:
        session.get_one(Invoice, three[0]).emails = ["neuf@a.example"]
    after = offered(firm, *three).marks()
    assert after[three[0]] != before[three[0]]
    assert after[three[1]] == before[three[1]]


def test_the_machine_would_leave_it_alone_and_a_person_is_told(firm: SmallFirm, three: tuple[int, ...]) -> None:
    with db.writing(firm.engine) as session:
        holds.open_hold(session, three[0], HoldKind.DISPUTE, until=None, note="", by=BY, now=firm.now)
    found = offered(firm, *three)
    assert [(one.invoice, one.reasons[0].code) for one in found.cautions] == [(three[0], ReasonCode.DISPUTED)]
    assert len(found.messages) == 2


def test_a_channel_that_is_not_set_up_is_left_out(firm: SmallFirm, three: tuple[int, ...]) -> None:
    with db.writing(firm.engine) as session:
        session.get_one(Customer, firm.customers["A"]).phone = "0612345678"
    replace_program(firm, (Step(level=1, offset=7, channels=(ChannelName.EMAIL, ChannelName.SMS)),))
    found = offered(firm, three[0])
    assert [one.channel for one in found.messages] == [ChannelName.EMAIL]
    assert [(one.refusal.code, one.channel) for one in found.left_out] == [("sms.not_set_up", ChannelName.SMS)]
    alone = offered(firm, three[0], channel=ChannelName.SMS)
    assert alone.messages == ()
    assert [(one.refusal.code, one.channel) for one in alone.left_out] == [("sms.not_set_up", None)]


def test_without_a_mail_server_nothing_leaves(firm: SmallFirm, three: tuple[int, ...]) -> None:
    with db.writing(firm.engine) as session:
        session.get_one(MailAccount, 1).host = ""
    assert {one.refusal.code for one in offered(firm, *three).left_out} == {"email.not_set_up"}


def test_from_a_demonstration_nothing_leaves(firm: SmallFirm, three: tuple[int, ...]) -> None:
    found = offered(firm, *three, demo=True)
    assert found.messages == ()
    assert {one.refusal.code for one in found.left_out} == {"demo.sending_impossible"}


def test_a_text_that_cannot_be_written_leaves_its_invoices_behind(firm: SmallFirm, three: tuple[int, ...]) -> None:
    with db.writing(firm.engine) as session:
        session.get_one(Customer, firm.customers["A"]).address_1 = "1 rue X"
        session.get_one(Customer, firm.customers["A"]).city = "Lyon"
    found = offered(firm, *three, channel=ChannelName.LETTER)
    assert found.messages == ()
    assert all(one.refusal.code.startswith(("compose.", "remind.")) for one in found.left_out)
    assert len(found.left_out) == 3


def test_a_formal_notice_by_letter_takes_the_postage_chosen(firm: SmallFirm, three: tuple[int, ...]) -> None:
    with db.writing(firm.engine) as session:
        the_firm(session).address = "1 place Bellecour\n69002 Lyon"
        session.get_one(LetterAccount, 1).way = "post"
        customer = session.get_one(Customer, firm.customers["A"])
        customer.address_1, customer.postcode, customer.city = "1 rue X", "69002", "Lyon"
    replace_program(
        firm,
        (
            Step(level=1, offset=7, channels=(ChannelName.LETTER,)),
            Step(level=3, offset=9, channels=(ChannelName.LETTER,)),
        ),
    )
    chosen = {"postage": Postage.REGISTERED_RECEIPT}
    [plain] = queued(firm, three[0], position=1, **chosen)
    [notice] = queued(firm, three[1], position=2, **chosen)
    postages = {one.id: one.postage for one in firm.messages()}
    assert postages == {plain: "", notice: "lrar"}


def test_too_many_or_none_are_refused(firm: SmallFirm) -> None:
    with pytest.raises(Refused, match="selection.empty"):
        offered(firm)
    with pytest.raises(Refused, match="selection.too_many"):
        offered(firm, *range(1, 5002))


def test_tomorrow_it_may_be_asked_for_again(firm: SmallFirm, three: tuple[int, ...]) -> None:
    queued(firm, *three)
    firm.deliver()
    firm.now += timedelta(days=1)
    assert len(weighed(firm, *three).ready) == 3
