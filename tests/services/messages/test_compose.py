"""Composing: from rows to a finished message, and what stops one alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from relance import config
from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.documents import CustomerKind
from relance.domain.status import MessageState
from relance.services.database import open_database, the_firm
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.messages.compose import Composed, Draft, compose, compose_draft, prepare
from relance.services.messages.facts import House, StepFacts
from relance.services.refusal import Refused
from relance.services.texts import Text
from relance.storage import db
from relance.storage.models import (
    BadAddress,
    Contact,
    Invoice,
    Message,
    Payment,
    Program,
    Step,
    Template,
    TemplateText,
)
from tests.services.facts import TODAY, a_claim, a_desk, some_facts, two_claims
from tests.services.message_builders import NOW, a_customer, a_message, a_reminder, an_invoice, set_up_firm

NIVEAU_1 = ("niveau-1", ChannelName.EMAIL)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(config.Settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with db.reading(engine) as session:  # never committed: each test finds the database empty
        set_up_firm(session)
        yield session


def prepared(session: Session, *messages: Message, today: date = TODAY, folder: Path = Path("/nowhere")) -> list[Any]:
    session.flush()
    ids = [message.id for message in messages]
    found = prepare(session, ids, the_firm(session), read_accounts(session), today, folder)
    return [found[key] for key in ids]


def test_a_message_is_complete(session: Session) -> None:
    message = a_message(session, an_invoice(session, a_customer(session)))
    [made] = prepared(session, message)
    assert isinstance(made, Composed)
    assert made.uid == message.uid
    assert made.subject == "Facture F-1\u00a0: échéance dépassée"
    assert "1\u202f000,00\u00a0€ à régler sur la facture F-1 du 1er octobre 2026" in made.text
    assert made.to == ("compta@mercier.example",)
    assert made.bcc == ("copie@bonnet.example",)
    assert made.sender == "Bonnet Conseil <factures@bonnet.example>"
    assert made.reply_to == "camille@bonnet.example"
    assert (made.language, made.template, made.fell_back) == ("fr", "niveau-1", False)
    assert made.deadline == date(2026, 11, 30)
    assert list(made.claimed.values()) == [100000]
    assert "<p>Bonjour Madame Mercier,</p>" in made.html


def test_a_group_lists_its_invoices_and_one_left_reads_like_one(session: Session) -> None:
    """RULES 4.4 and 4.5: an invoice taken out since isn't spoken of."""
    customer = a_customer(session)
    first = an_invoice(session, customer, "F-1")
    second = an_invoice(session, customer, "F-2", due_date=date(2026, 10, 30))
    message = a_message(session, first, second)
    [made] = prepared(session, message)
    assert made.text.index("F-2 | 30/10/2026") < made.text.index("F-1 | 31/10/2026")
    message.reminders[1].live = False
    [made] = prepared(session, message)
    assert made.subject == "Facture F-1\u00a0: échéance dépassée"
    assert "F-2" not in made.text


def test_the_english_message_of_a_french_firm_is_english_throughout(session: Session) -> None:
    """RULES 4.3."""
    [made] = prepared(session, a_message(session, an_invoice(session, a_customer(session)), language="en"))
    assert made.language == "en"
    assert "Unless we are mistaken, €1,000.00" in made.text


def test_a_fallen_back_message_has_its_amounts_in_the_language_of_its_text(session: Session) -> None:
    """RULES 4.3."""
    [made] = prepared(session, a_message(session, an_invoice(session, a_customer(session)), language="pt"))
    assert (made.language, made.fell_back) == ("fr", True)
    assert "1\u202f000,00\u00a0€" in made.text


def test_one_bad_message_stops_alone_and_names_field_invoice_and_template(session: Session) -> None:
    """RULES 5.4."""
    step = session.scalars(select(Step).where(Step.position == 4)).one()
    step.deadline_days = None
    text = TemplateText(language="fr", subject="#REF#", body="avant le #DATE_LIMITE#")
    session.add(Template(name="ferme", channel=ChannelName.EMAIL, texts=[text]))
    step.templates = {"email": "ferme"}
    customer = a_customer(session)
    bad = a_message(session, an_invoice(session, customer, "F-1"), step=4, level=2)
    good = a_message(session, an_invoice(session, customer, "F-2"))
    refusal, made = prepared(session, bad, good)
    assert isinstance(refusal, Refused)
    assert refusal.code == "compose.missing_field"
    assert refusal.facts == {"field": "DATE_LIMITE", "invoice": "F-1", "template": "ferme"}
    assert isinstance(made, Composed)


def test_a_step_that_its_program_no_longer_has_stops_its_messages(session: Session) -> None:
    message = a_message(session, an_invoice(session, a_customer(session)))
    message.step = 9
    [refusal] = prepared(session, message)
    assert isinstance(refusal, Refused)
    assert refusal.code == "compose.no_step"


def test_a_message_without_an_invoice_left_is_refused(session: Session) -> None:
    message = a_message(session, an_invoice(session, a_customer(session)))
    message.reminders[0].live = False
    assert prepared(session, message)[0].code == "compose.no_invoice"


def test_a_template_that_is_gone_stops_its_messages(session: Session) -> None:
    step = session.scalars(select(Step).where(Step.position == 3)).one()
    step.templates = {"email": "disparu"}
    [refusal] = prepared(session, a_message(session, an_invoice(session, a_customer(session))))
    assert refusal.code == "compose.unknown_template"
    assert refusal.facts["template"] == "disparu"


def test_without_any_address_of_the_firm_nothing_is_composed(session: Session) -> None:
    the_firm(session).email = ""
    [refusal] = prepared(session, a_message(session, an_invoice(session, a_customer(session))))
    assert refusal.code == "compose.no_sender"


def test_dead_addresses_and_contacts_without_reminders_are_left_out(session: Session) -> None:
    customer = a_customer(session)
    others = [("Mort@x.example", True), ("autre@x.example", False), ("vivant@x.example", True), ("las@x.example", True)]
    customer.contacts += [Contact(email=email, reminders=wants) for email, wants in others]
    session.add(BadAddress(address="mort@x.example", marked_at=NOW))
    session.add(BadAddress(address="vivant@x.example", until=TODAY, marked_at=NOW))
    session.add(BadAddress(address="las@x.example", until=date(2026, 11, 23), marked_at=NOW))
    [made] = prepared(session, a_message(session, an_invoice(session, customer)))
    assert made.to == ("compta@mercier.example", "vivant@x.example")


def test_the_firms_own_address_is_no_recipient(session: Session) -> None:
    customer = a_customer(session, contacts=[Contact(email="Factures@bonnet.example")])
    [refusal] = prepared(session, a_message(session, an_invoice(session, customer)))
    assert refusal.code == "compose.no_recipient"


@pytest.mark.parametrize(
    ("reminders", "levels", "to", "cc"),
    [
        (True, {}, ("a@x.example",), ()),
        (True, {"1": "cc"}, (), ("a@x.example",)),
        (True, {"1": "none"}, (), ()),
        (True, {"2": "none"}, ("a@x.example",), ()),
        (False, {"1": "to"}, ("a@x.example",), ()),
        (False, {"2": "to"}, (), ()),
    ],
)
def test_a_contact_takes_the_part_that_it_has_at_the_level(
    session: Session, reminders: bool, levels: dict[str, str], to: tuple[str, ...], cc: tuple[str, ...]
) -> None:
    """RULES 4.2."""
    customer = a_customer(session)
    customer.contacts.append(Contact(email="a@x.example", reminders=reminders, use_by_level=levels))
    [made] = prepared(session, a_message(session, an_invoice(session, customer)))
    assert made.to == ("compta@mercier.example", *to)
    assert made.cc == cc


def test_an_invoice_whose_own_addresses_are_dead_does_not_go_to_its_customers(session: Session) -> None:
    """RULES 4.2."""
    session.add(BadAddress(address="chantier@x.example", marked_at=NOW))
    invoice = an_invoice(session, a_customer(session), emails=["Chantier@x.example"])
    message = a_message(session, invoice)
    assert prepared(session, message)[0].code == "compose.no_recipient"
    invoice.emails = ["Chantier@x.example", "bureau@x.example"]
    [made] = prepared(session, message)
    assert made.to == ("bureau@x.example",)


def test_earlier_relances_are_those_that_certainly_left(session: Session) -> None:
    customer = a_customer(session)
    invoice = an_invoice(session, customer)
    program = session.scalars(select(Program)).one()
    sent = a_message(session, invoice, step=3, level=1, state=MessageState.SENT)
    unsure = a_message(session, an_invoice(session, customer, "F-9"), state=MessageState.UNKNOWN)
    for message, day in ((sent, date(2026, 11, 9)), (unsure, date(2026, 11, 10))):
        message.reminders[0].done, message.reminders[0].day = True, day
    unsure.reminders[0].invoice_id, unsure.reminders[0].occurrence = invoice.id, 2
    by_hand = {"kind": ReminderKind.MARKED, "done": True, "day": date(2026, 11, 12), "channel": "letter"}
    skipped = {"kind": ReminderKind.SUPERSEDED, "done": True, "day": date(2026, 11, 13), "channel": ""}
    courtesy = {"done": True, "day": date(2026, 10, 26)}
    session.add_all(
        (
            a_reminder(program, invoice, 3, 1, **by_hand),
            a_reminder(program, invoice, 3, 1, **skipped),
            a_reminder(program, invoice, 1, 0, **courtesy),
        )
    )
    [made] = prepared(session, a_message(session, invoice, step=4, level=2))
    assert "(9 novembre, 12 novembre 2026)" in made.text


def test_a_payment_whose_day_has_come_counts_before_the_sums_are_advanced(session: Session) -> None:
    """RULES 2.1."""
    customer = a_customer(session)
    invoice = an_invoice(session, customer)
    the_firm(session).balances_on = date(2026, 11, 20)
    for day, amount in ((date(2026, 11, 21), 10000), (date(2026, 12, 1), 20000)):
        session.add(
            Payment(
                invoice_id=invoice.id,
                customer_id=customer.id,
                amount=amount,
                currency="EUR",
                paid_on=day,
                origin="entered",
                created_at=NOW,
            )
        )
    [made] = prepared(session, a_message(session, invoice))
    assert made.claimed == {invoice.id: 90000}


@pytest.mark.parametrize(("count", "most"), [(1, 14), (60, 14)])
def test_a_batch_takes_the_same_few_queries_whatever_its_size(session: Session, count: int, most: int) -> None:
    customer = a_customer(session)
    messages = [a_message(session, an_invoice(session, customer, f"F-{number}")) for number in range(count)]
    ids = [message.id for message in messages]
    firm, accounts = the_firm(session), read_accounts(session)
    session.flush()
    seen: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
    assert len(prepare(session, ids, firm, accounts, TODAY, Path("/nowhere"))) == count
    assert len(seen) <= most


def a_draft(session: Session, invoice: Invoice) -> Draft:
    program = session.scalars(select(Program)).one()
    return Draft("draft", invoice.customer_id, program.id, 3, 1, ChannelName.EMAIL, "fr", (invoice.id,))


def test_a_preview_is_the_message_that_would_leave(session: Session) -> None:
    invoice = an_invoice(session, a_customer(session))
    firm, accounts = the_firm(session), read_accounts(session)
    shown = compose_draft(session, a_draft(session, invoice), firm, accounts, TODAY, Path("/nowhere"))
    [sent] = prepared(session, a_message(session, invoice))
    assert (shown.subject, shown.text, shown.html, shown.to) == (sent.subject, sent.text, sent.html, sent.to)


def composed_with(text: Text, **changes: Any) -> Composed:
    return compose(some_facts(**changes), a_desk(templates={NIVEAU_1: {"fr": text}}))


def test_a_comma_after_the_greeting_is_not_doubled() -> None:
    assert composed_with(Text("s", "#SALUTATION#, la facture")).text == "Bonjour Madame Mercier, la facture"


def test_a_name_never_becomes_a_field_a_header_or_markup() -> None:
    made = composed_with(Text("#CLIENT#", "#CLIENT#"), customer="Eve #IBAN# [fin]\r\nBcc: x@y.example\u2028<b>")
    assert made.subject == "Eve #IBAN# [fin] Bcc: x@y.example <b>"
    assert made.text == made.subject
    assert "<b>" not in made.html


def test_an_unknown_field_of_an_old_template_never_leaves() -> None:
    with pytest.raises(Refused, match=r"compose\.unknown_field"):
        composed_with(Text("s", "#MONTAN#"))


def test_the_invoice_that_lacks_a_value_is_the_one_named() -> None:
    claims = (*two_claims(), a_claim(number="F-3", issue_date=None))
    with pytest.raises(Refused) as caught:
        composed_with(Text("s", "#DATE_FACTURE#"), claims=claims)
    assert caught.value.facts["invoice"] == "F-3"


@pytest.mark.parametrize("kind", list(CustomerKind))
@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_built_in_texts_cope_with_a_firm_and_an_invoice_that_say_little(
    kind: CustomerKind, level: int, language: str
) -> None:
    house = House(name="", language=language, sender="factures@bonnet.example")
    for numbers in (("F-1",), ("F-1", "F-2")):
        claims = tuple(a_claim(number=one, issue_date=None, emails=("a@b.example",)) for one in numbers)
        facts = some_facts(kind=kind, language=language, step=StepFacts(level, level), claims=claims, people=())
        made = compose(facts, a_desk(house=house))
        assert "IBAN" not in made.text
        assert made.text.endswith("factures@bonnet.example")
        assert made.deadline is None


@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.UNKNOWN])
def test_charges_are_for_professionals_alone(kind: CustomerKind) -> None:
    """LEGAL 4."""
    text = Text("s", "a[si pro] 40 €[fin][si particulier] b[fin]")
    assert composed_with(text, kind=kind).text == "a b"
    assert composed_with(text, kind=CustomerKind.PUBLIC).text == "a 40 €"
