"""A person's word on what waits: what falls out, what follows a refusal, a text for one message alone (RULES 4.1)."""

import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.program import Mode, Repeat, Step
from relance.domain.status import MessageState
from relance.services.approvals import take_out
from relance.services.approve import Weighed, Word, approve, weigh_some
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.dispatches import call_back
from relance.services.messages.rewrite import Given, back_to_template, begin, save
from relance.services.refusal import Refused
from relance.services.refuse import Refusal, Sequel, refuse
from relance.services.sending import Office
from relance.storage import db
from relance.storage.models import Dispatch, Firm, Invoice, Message, Reminder, Template, TemplateText
from relance.storage.queries.to_do import to_do
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm, a_small_firm, replace_program

PARIS = ZoneInfo("Europe/Paris")
STATES = MessageState
ON_DEMAND = (Step(1, 7, mode=Mode.APPROVAL), Step(2, 20, mode=Mode.APPROVAL))


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[SmallFirm]:
    with SmtpServer() as server:
        made = a_small_firm(tmp_path, server)
        replace_program(made, ON_DEMAND)
        yield made


def office(firm: SmallFirm, session: Session) -> Office:
    return Office(the_firm(session), read_accounts(session), firm.settings.data_dir)


def local(firm: SmallFirm) -> datetime:
    return firm.now.astimezone(PARIS)


def waiting(firm: SmallFirm, *numbers: str, customer: str = "A") -> list[int]:
    """A customer with invoices of one message that waits."""
    if customer not in firm.customers:
        firm.customer(customer, f"{customer.lower()}@a.example")
    found = [firm.invoice(number, customer, days_late=8) for number in numbers]
    firm.run()
    return found


def weighed(firm: SmallFirm, *messages: int) -> Weighed:
    with db.reading(firm.engine) as session:
        return weigh_some(session, office(firm, session), messages, local(firm))


def let_go(firm: SmallFirm, *messages: int, token: str = "one", by: str = "claire") -> int:
    with db.writing(firm.engine) as session:
        here = office(firm, session)
        seen = weigh_some(session, here, messages, local(firm)).marks()
        return approve(session, here, messages, Word(by, local(firm), seen), token=token).dispatch


def turn_down(firm: SmallFirm, *messages: int, sequel: Sequel = Sequel.AGAIN, until: date | None = None) -> None:
    given = Refusal("Vu avec le client", sequel, "claire", local(firm), until)
    with db.writing(firm.engine) as session:
        refuse(session, the_firm(session), messages, given)


def rewrite(firm: SmallFirm, message: int, text: str, subject: str = "Un sujet") -> MessageState:
    with db.writing(firm.engine) as session:
        here = office(firm, session)
        mark = begin(session, here, message, local(firm)).mark
        return save(session, here, message, Given(subject, text, mark, "claire", local(firm)))


def later(firm: SmallFirm) -> None:
    firm.sleep(minutes=3)
    firm.deliver()


def test_what_would_leave_what_fell_out_and_what_cannot_be_written(firm: SmallFirm) -> None:
    first, second = waiting(firm, "F-1", "F-2")
    firm.pay(second, 10_000)
    found = weighed(firm, 1, 77)
    assert [claim.number for claim in found.leaving[0].waiting.claims] == ["F-1"]
    assert found.leaving[0].content.claimed == {first: 10_000}
    assert [(one.invoice.number, one.why) for one in found.fallen] == [("F-2", "paid")]
    assert (found.gone, found.amounts) == (1, {"EUR": 10_000})


def test_an_approval_takes_out_what_was_paid_and_keeps_why_with_the_send(firm: SmallFirm) -> None:
    _, second = waiting(firm, "F-1", "F-2")
    with db.writing(firm.engine) as session:  # a payment that came without the outbox being told
        session.get_one(Invoice, second).paid = 10_000
        session.get_one(Invoice, second).balance = 0
    made = let_go(firm, 1)
    with db.reading(firm.engine) as session:
        [left_out] = session.get_one(Dispatch, made).skipped
        assert (left_out["invoice"], left_out["code"]) == (second, "approval.fell_out")
    later(firm)
    [message] = firm.messages()
    assert len(firm.received()) == 1
    assert "F-1" in message.body
    assert "F-2" not in message.body


def test_nothing_leaves_that_was_not_seen(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    seen = weighed(firm, 1).marks()
    rewrite(firm, 1, "Un autre texte.")
    for marks in (seen, {}):
        with pytest.raises(Refused) as refused, db.writing(firm.engine) as session:
            approve(session, office(firm, session), [1], Word("claire", local(firm), marks), token="one")
        assert refused.value.code == "dispatch.changed"
    assert firm.states() == {"F-1": STATES.APPROVAL}


def test_an_approval_called_back_waits_again_with_its_own_text(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    rewrite(firm, 1, "Bonjour Paul.")
    made = let_go(firm, 1)
    with db.writing(firm.engine) as session:
        assert call_back(session, made, now=firm.now) == 1
    later(firm)
    assert firm.received() == []
    [message] = firm.messages()
    assert (message.state, message.own_text, message.decided_by) == (STATES.APPROVAL, "Bonjour Paul.", "")


def test_what_is_approved_on_a_day_off_leaves_on_the_next_working_day(firm: SmallFirm) -> None:
    firm.change(working_days_only=True)
    waiting(firm, "F-1")
    firm.sleep(days=5)  # Saturday
    assert weighed(firm, 1).not_before == date(2026, 6, 15)
    let_go(firm, 1)
    later(firm)
    assert firm.received() == []
    firm.sleep(days=2)
    firm.deliver()
    assert len(firm.received()) == 1


def test_approving_and_refusing_at_the_same_moment_only_one_is_done(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    done: list[str] = []
    refused: list[str] = []

    def attempt(what: str) -> None:
        try:
            let_go(firm, 1) if what == "approve" else turn_down(firm, 1, sequel=Sequel.EXCLUDE)
        except Refused as error:
            refused.append(error.code)
        else:
            done.append(what)

    threads = [threading.Thread(target=attempt, args=(what,)) for what in ("approve", "refuse")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), refused) == (1, ["approval.none_waits"])
    assert firm.find("F-1").excluded is (done == ["refuse"])


@pytest.mark.parametrize("sequel", [Sequel.PAUSE, Sequel.DISPUTE, Sequel.EXCLUDE, Sequel.MARK])
def test_a_refused_step_is_not_proposed_the_next_day(firm: SmallFirm, sequel: Sequel) -> None:
    waiting(firm, "F-1")
    turn_down(firm, 1, sequel=sequel, until=firm.today + timedelta(days=7))
    firm.sleep(days=1)
    firm.run()
    assert firm.states() == {"F-1": STATES.SENT if sequel is Sequel.MARK else STATES.WITHDRAWN}


def test_a_paused_invoice_is_proposed_again_when_its_day_has_come(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    turn_down(firm, 1, sequel=Sequel.PAUSE, until=firm.today + timedelta(days=7))
    for _ in range(7):
        firm.sleep(days=1)
        firm.run()
    assert firm.states() == {"F-1": STATES.APPROVAL}


def test_marking_instead_makes_the_step_done_and_the_next_one_follows(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    turn_down(firm, 1, sequel=Sequel.MARK)
    assert firm.find("F-1").level == 1
    firm.sleep(days=12)
    firm.run()
    assert [(one.step, one.state) for one in firm.messages()][-1] == (2, STATES.APPROVAL)


def test_marking_instead_uses_up_one_repeat(firm: SmallFirm) -> None:
    replace_program(firm, (Step(1, 7, mode=Mode.APPROVAL, repeat=Repeat(5, 2)),))
    waiting(firm, "F-1")
    for occurrence in (1, 2, 3):
        last = firm.messages()[-1]
        assert (last.state, last.occurrence) == (STATES.APPROVAL, occurrence)
        turn_down(firm, last.id, sequel=Sequel.MARK)
        firm.sleep(days=5)
        firm.run()
    assert firm.states() == {"F-1": STATES.SENT}


def test_a_refusal_lacking_something_changes_nothing(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    for sequel, reason, until, code in (
        (Sequel.AGAIN, " ", None, "refuse.no_reason"),
        (Sequel.PAUSE, "Non", None, "refuse.no_day"),
        (Sequel.PAUSE, "Non", firm.today, "hold.date"),
    ):
        given = Refusal(reason, sequel, "claire", local(firm), until)
        with pytest.raises(Refused) as refused, db.writing(firm.engine) as session:
            refuse(session, the_firm(session), [1], given)
        assert refused.value.code == code
    assert firm.states() == {"F-1": STATES.APPROVAL}


def test_a_text_written_before_an_invoice_left_the_message_does_not_leave(firm: SmallFirm) -> None:
    _, second = waiting(firm, "F-1", "F-2")
    rewrite(firm, 1, "Vous devez 200,00 €.")
    let_go(firm, 1)
    firm.pay(second, 10_000)
    later(firm)
    assert firm.received() == []
    [message] = firm.messages()
    assert (message.state, message.code) == (STATES.HELD, "compose.edited_then_changed")


def test_a_text_is_right_again_when_the_payment_was_taken_back(firm: SmallFirm) -> None:
    [invoice] = waiting(firm, "F-1")
    rewrite(firm, 1, "Vous devez 100,00 €.")
    firm.pay(invoice, 4_000)
    assert [one.refusal.code for one in weighed(firm, 1).stuck] == ["compose.edited_then_changed"]
    firm.pay(invoice, -4_000)
    let_go(firm, 1)
    later(firm)
    assert len(firm.received()) == 1


def test_an_invoice_that_had_left_before_does_not_count_against_the_text(firm: SmallFirm) -> None:
    _, second = waiting(firm, "F-1", "F-2")
    with db.writing(firm.engine) as session:
        session.get_one(Invoice, second).excluded = True
    with db.writing(firm.engine) as session:
        take_out(session, the_firm(session), local(firm))
    rewrite(firm, 1, "Vous devez 100,00 €.")
    let_go(firm, 1)
    later(firm)
    assert len(firm.received()) == 1


def test_a_held_text_written_again_waits_for_a_word_where_its_step_wants_one(firm: SmallFirm) -> None:
    [invoice] = waiting(firm, "F-1")
    rewrite(firm, 1, "Vous devez 100,00 €.")
    let_go(firm, 1)
    firm.pay(invoice, 4_000)
    later(firm)
    assert rewrite(firm, 1, "Vous devez #RESTE_DU#.") is STATES.APPROVAL
    later(firm)
    assert firm.received() == []
    let_go(firm, 1, token="two")
    later(firm)
    assert len(firm.received()) == 1
    assert "60,00" in firm.messages()[0].body


def test_an_automatic_message_that_could_not_be_written_leaves_with_its_own_text(firm: SmallFirm) -> None:
    replace_program(firm, (Step(1, 7),))
    firm.customer("A", "a@a.example")
    firm.invoice("F-1", "A", days_late=8)
    with db.writing(firm.engine) as session:
        texts = [TemplateText(language="fr", subject="Facture #REF#", body="#REF# : payez ici #LIEN_PAIEMENT#")]
        session.add(Template(name="niveau-1", channel=ChannelName.EMAIL, texts=texts))
    firm.run_and_deliver()
    [message] = firm.messages()
    assert (message.state, message.code) == (STATES.HELD, "compose.missing_field")
    with db.reading(firm.engine) as session:
        editing = begin(session, office(firm, session), message.id, local(firm))
    assert "F-1" in editing.text  # the template as far as it goes
    assert rewrite(firm, message.id, "Il reste #RESTE_DU# sur #REF#.") is STATES.QUEUED
    firm.deliver()
    assert firm.received() == []
    later(firm)
    assert len(firm.received()) == 1


def test_what_looks_like_a_field_in_a_customers_name_stays(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    with db.writing(firm.engine) as session:
        session.get_one(Firm, 1).signature = "Groupe #RESTE_DU# [fin]"
    with db.reading(firm.engine) as session:
        text = begin(session, office(firm, session), 1, local(firm)).text
    assert "#RESTE_DU# [fin]" in text
    rewrite(firm, 1, text + "\nMerci.")
    let_go(firm, 1)
    later(firm)
    assert len(firm.received()) == 1
    assert "#RESTE_DU# [fin]" in firm.messages()[0].body


def test_a_text_message_keeps_to_its_parts(firm: SmallFirm) -> None:
    replace_program(firm, (Step(1, 7, channels=(ChannelName.SMS,), mode=Mode.APPROVAL),))
    firm.customer("A", phone="06 12 34 56 78", country="FR")
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    rewrite(firm, 1, "Bonjour, il reste #RESTE_DU#.", subject="")
    content = weighed(firm, 1).leaving[0].content
    assert (content.text, content.parts) == ("Bonjour, il reste 100,00 EUR.", 1)
    with pytest.raises(Refused) as refused:
        rewrite(firm, 1, "long " * 400)
    assert refused.value.code == "compose.sms_too_long"
    assert firm.messages()[0].own_text == "Bonjour, il reste 100,00 EUR."


def test_a_letter_is_written_anew_too(firm: SmallFirm) -> None:
    replace_program(firm, (Step(3, 7, channels=(ChannelName.LETTER,), mode=Mode.APPROVAL),))
    firm.change(address="5 quai Jules-Courmont\n69002 Lyon")
    firm.customer("A", address_1="12 rue des Lilas", postcode="69003", city="Lyon", country="FR")
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    rewrite(firm, 1, "Dernier courrier avant la suite.\n\nPayez #RESTE_DU#.", subject="MISE EN DEMEURE")
    content = weighed(firm, 1).leaving[0].content
    assert content.text.endswith("Payez 100,00\xa0€.")
    assert content.subject == "MISE EN DEMEURE"
    for hostile in ("Payez \U0001f4a9 vite", "x" * 19_000, "\u202e renversé \u0000 \ufffd", "| a | b\n| c | d"):
        try:
            rewrite(firm, 1, hostile, subject="MISE EN DEMEURE")
        except Refused as error:
            assert error.code == "compose.letter_failed"
        assert weighed(firm, 1).leaving, hostile


def test_the_template_comes_back_and_a_second_click_does_nothing(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    rewrite(firm, 1, "Bonjour Paul.")
    for _ in range(2):
        with db.writing(firm.engine) as session:
            state = back_to_template(session, office(firm, session), 1, by="claire", now=local(firm))
        assert state is STATES.APPROVAL
    assert "Bonjour Paul." not in weighed(firm, 1).leaving[0].content.text


def test_a_manual_reminder_is_left_alone_by_a_refusal(firm: SmallFirm) -> None:
    [invoice] = waiting(firm, "F-1")
    with db.writing(firm.engine) as session:
        session.get_one(Message, 1).state = STATES.QUEUED
        for one in session.query(Reminder).filter_by(invoice_id=invoice):
            one.kind = ReminderKind.MANUAL
    with pytest.raises(Refused) as refused:
        turn_down(firm, 1)
    assert refused.value.code == "approval.none_waits"


def test_what_waits_is_counted_in_one_statement(firm: SmallFirm) -> None:
    waiting(firm, "F-1")
    seen: list[str] = []
    event.listen(firm.engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: seen.append(statement))
    with db.reading(firm.engine) as session:
        found = to_do(session)
    assert (found.approvals, found.total) == (1, 1)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1
