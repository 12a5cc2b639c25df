"""RULES 4.2 and 4.4 through a real server: who gets a reminder at which level, together with whom, or instead."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from relance.domain.delivery import ChannelName
from relance.domain.program import Step
from relance.domain.reasons import ReasonCode
from relance.domain.status import MessageState
from relance.services import bad_addresses
from relance.services.database import the_firm
from relance.services.recheck import recheck
from relance.storage import db
from relance.storage.models import BadAddress, Contact, Customer, MailAccount
from tests.services.firm import SmallFirm, replace_program

THREE_LEVELS = (Step(1, 7), Step(2, 14), Step(3, 21))
ADDRESS = {"address_1": "3 rue du Port", "postcode": "44000", "city": "Nantes"}


def contact(firm: SmallFirm, code: str, email: str, **values: Any) -> None:
    with db.writing(firm.engine) as session:
        row = session.get_one(Customer, firm.customers[code])
        row.contacts.append(Contact(email=email, **values))


def last(firm: SmallFirm) -> tuple[list[str], list[str], list[str]]:
    message = firm.messages()[-1]
    return message.recipients, message.cc, message.bcc


def reason(firm: SmallFirm) -> str:
    [decision] = firm.run().simulation.plan.decisions
    return decision.reasons[0].code.value if decision.reasons else ""


def test_a_manager_is_written_to_at_level_3_alone(firm: SmallFirm) -> None:
    replace_program(firm, THREE_LEVELS)
    firm.customer("A", "compta@a.example")
    contact(firm, "A", "patron@a.example", role="management", reminders=False, use_by_level={"3": "to"})
    firm.invoice("F-1", "A", days_late=7)
    for _ in range(3):
        firm.run_and_deliver()
        firm.sleep(days=7)
    assert firm.received() == [
        ("compta@a.example",),
        ("compta@a.example",),
        ("compta@a.example", "patron@a.example"),
    ]


def test_a_copy_changes_with_the_level(firm: SmallFirm) -> None:
    replace_program(firm, THREE_LEVELS)
    firm.customer("A", "compta@a.example")
    contact(firm, "A", "patron@a.example", use="bcc", use_by_level={"2": "cc", "3": "to"})
    firm.invoice("F-1", "A", days_late=7)
    seen = []
    for _ in range(3):
        firm.run_and_deliver()
        seen.append(last(firm))
        firm.sleep(days=7)
    assert seen == [
        (["compta@a.example"], [], ["patron@a.example"]),
        (["compta@a.example"], ["patron@a.example"], []),
        (["compta@a.example", "patron@a.example"], [], []),
    ]
    assert all("patron@a.example" in to for to in firm.received())


def test_invoices_of_two_levels_go_apart_and_each_to_its_own_people(firm: SmallFirm) -> None:
    replace_program(firm, THREE_LEVELS)
    firm.customer("A", "compta@a.example")
    contact(firm, "A", "patron@a.example", reminders=False, use_by_level={"2": "to"})
    for number, days in (("F-1", 7), ("F-2", 7)):
        firm.invoice(number, "A", days_late=days)
    firm.run_and_deliver()
    firm.sleep(days=7)
    firm.invoice("F-3", "A", days_late=7)
    firm.run_and_deliver()
    assert sorted(firm.received()[1:]) == [("compta@a.example",), ("compta@a.example", "patron@a.example")]


def test_an_invoice_with_the_customers_own_address_as_its_own_goes_apart_without_the_copies(firm: SmallFirm) -> None:
    firm.customer("A", "compta@a.example")
    contact(firm, "A", "patron@a.example", use="cc")
    firm.invoice("F-1", "A", days_late=8)
    firm.invoice("F-2", "A", days_late=8, emails=["compta@a.example"])
    firm.run_and_deliver()
    assert [(message.state, message.cc) for message in firm.messages()] == [
        (MessageState.SENT, ["patron@a.example"]),
        (MessageState.SENT, []),
    ]


def test_the_other_addresses_of_an_invoice_get_it_when_one_is_dead(firm: SmallFirm) -> None:
    firm.customer("A", "compta@a.example")
    firm.invoice("F-1", "A", days_late=8, emails=["Site@a.example", "chef@a.example"])
    with db.writing(firm.engine) as session:
        session.add(BadAddress(address="site@a.example", marked_at=firm.now))
    firm.run_and_deliver()
    assert firm.received() == [("chef@a.example",)]


def test_an_invoice_whose_own_address_died_waits_until_it_is_tried_again(firm: SmallFirm) -> None:
    firm.customer("A", "compta@a.example")
    firm.invoice("F-1", "A", days_late=8, emails=["site@a.example"])
    firm.server.script("RCPT", "550 5.1.1 unknown user")
    firm.run_and_deliver()
    firm.sleep(days=1)
    assert reason(firm) == ReasonCode.NO_RECIPIENT
    assert (firm.find("F-1").failed_step, firm.find("F-1").unreachable_on) == (None, firm.today)
    with db.writing(firm.engine) as session:
        bad_addresses.forgive(session, ["site@a.example"])
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert firm.received() == [("site@a.example",)]
    assert firm.find("F-1").unreachable_on is None


def test_a_dead_address_is_dead_for_every_customer_that_has_it(firm: SmallFirm) -> None:
    firm.customer("A", "commun@x.example")
    firm.customer("B", "Commun@x.example", "b@x.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.invoice("F-2", "B", days_late=8)
    with db.writing(firm.engine) as session:
        session.add(BadAddress(address="commun@x.example", marked_at=firm.now))
    firm.run_and_deliver()
    assert firm.received() == [("b@x.example",)]


def test_a_mailbox_left_alone_is_written_to_again_on_its_day(firm: SmallFirm) -> None:
    firm.customer("A", "pleine@x.example")
    firm.invoice("F-1", "A", days_late=8)
    with db.writing(firm.engine) as session:
        until = firm.today + timedelta(days=2)
        session.add(BadAddress(address="pleine@x.example", until=until, marked_at=firm.now))
    for day in range(3):
        firm.run_and_deliver()
        assert len(firm.received()) == (day == 2)
        firm.sleep(days=1)


def test_a_reminder_never_goes_to_the_firm_itself_but_its_copy_does(firm: SmallFirm) -> None:
    firm.change(email="claire@bonnet.example")
    firm.customer("A", "Claire@Bonnet.example", "a@a.example")
    contact(firm, "A", "claire@bonnet.example", use="cc")
    firm.customer("B", "claire@bonnet.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.invoice("F-2", "B", days_late=8)
    with db.writing(firm.engine) as session:
        session.get_one(MailAccount, 1).bcc = ["claire@bonnet.example"]
    firm.run_and_deliver()
    assert last(firm) == (["a@a.example"], [], ["claire@bonnet.example"])
    assert len(firm.messages()) == 1


def test_an_address_that_dies_before_the_send_takes_the_message_out(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    with db.writing(firm.engine) as session:
        session.add(BadAddress(address="a@a.example", marked_at=firm.now))
    firm.deliver()
    assert firm.states() == {"F-1": MessageState.WITHDRAWN}
    assert firm.received() == []


def test_a_change_of_the_people_of_one_level_leaves_the_others_together(firm: SmallFirm) -> None:
    firm.customer("A", "a@a.example")
    for number in ("F-1", "F-2"):
        firm.invoice(number, "A", days_late=8)
    firm.run()
    with db.writing(firm.engine) as session:
        session.scalars(select(Contact)).one().use_by_level = {"3": "none"}
    firm.deliver()
    assert firm.received() == [("a@a.example",)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(ADDRESS, ChannelName.LETTER, id="a letter"),
        pytest.param({**ADDRESS, "postcode": ""}, None, id="not to an address that is incomplete"),
    ],
)
def test_a_step_that_reaches_nobody_goes_by_its_fallback(
    firm: SmallFirm, values: dict[str, str], expected: ChannelName | None
) -> None:
    replace_program(firm, tuple(replace(step, fallback=ChannelName.LETTER) for step in THREE_LEVELS))
    firm.customer("A", **values)
    firm.invoice("F-1", "A", days_late=8)
    [decision] = firm.run().simulation.plan.decisions
    assert decision.channels == ((expected,) if expected else ())
    assert [message.channel for message in firm.messages()] == ([expected] if expected else [])
    assert (firm.find("F-1").unreachable_on is None) is bool(expected)


def test_the_fallback_gives_way_to_an_address_that_came_in_between(firm: SmallFirm) -> None:
    replace_program(firm, (replace(THREE_LEVELS[0], fallback=ChannelName.LETTER),))
    firm.customer("A", **ADDRESS)
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    contact(firm, "A", "a@a.example")
    firm.sleep(days=1)
    firm.run_and_deliver()
    assert firm.received() == [("a@a.example",)]
    letter, mail = firm.messages()
    with db.reading(firm.engine) as session:
        verdict = recheck(session, the_firm(session), [letter], firm.now)[letter.id]
    assert mail.state is MessageState.SENT
    assert (verdict.keep, [code for _, code in verdict.out]) == ((), [ReasonCode.SUPERSEDED])
