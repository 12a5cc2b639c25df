"""Taking an import back, and when it can't be."""

from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import Customer, Hold, Invoice, Message, Reminder
from tests.services.imported import TODAY, Desk, a_list, fresh_engine
from tests.services.test_imports_customers import remind

HEADINGS = "Numéro;Code client;Client;E-mail;Échéance;Total TTC;Payé;Promesse;Groupe;Référence;Type"
OLD = ("F-1;C1;Aubry;a@aubry.fr;2026-10-31;100;0;;;;", "F-2;C2;Mercier;;2026-10-31;50;0;2026-12-01;;;")
NEW = (
    "F-1;C3;Bruno;b@bruno.fr;2026-11-30;110;60;2026-12-24;Grands;;",
    "F-2;C2;Mercier SA;m@mercier.fr;;50;50;;Grands;;",
    "A-1;C2;;;;5;;;;F-2;Avoir",
    "F-3;C4;Nouveau;n@nouveau.fr;2026-11-30;10;;;;;",
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(fresh_engine(tmp_path))
    found.bring(a_list(HEADINGS, *OLD))
    found.later(hours=1)
    return found


def _state(desk: Desk) -> list[tuple[object, ...]]:
    tables = {
        "invoice": "*",
        "customer": "*",
        "contact": "customer_id, email, reminders",
        "customer_group": "*",
        "payment": "*",
        "hold": "*",
        "credit_application": "*",
        "firm": "*",
    }
    with desk.engine.connect() as connection:
        return [
            tuple(row)
            for table, columns in tables.items()
            for row in connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1, 2"))
        ]


def test_undoing_brings_everything_back_as_it_was(desk: Desk) -> None:
    before = _state(desk)
    desk.bring(a_list(HEADINGS, *NEW))
    assert _state(desk) != before
    desk.undo()
    assert _state(desk) == before


def test_undoing_twice_is_harmless_and_the_file_can_come_again(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, *NEW))
    desk.undo()
    desk.undo()
    assert desk.bring(a_list(HEADINGS, *NEW)).created == 2


def test_what_a_person_changed_since_is_left(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, *NEW))
    with db.writing(desk.engine) as session:
        session.execute(update(Customer).where(Customer.code == "C2").values(name="Mercier & Fils"))
    desk.undo()
    assert desk.customer("C2").name == "Mercier & Fils"


def test_a_reminder_that_left_since_makes_undoing_impossible(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, *NEW))
    remind(desk, "F-3")
    with pytest.raises(Refused, match=r"import\.sent_since") as refused:
        desk.undo()
    assert refused.value.facts["numbers"] == "F-3"


def test_a_reminder_from_before_the_import_does_not_matter(desk: Desk) -> None:
    remind(desk, "F-1")
    desk.later(hours=1)
    desk.bring(a_list(HEADINGS, "F-1;C1;Aubry;;2026-11-30;100;0;;;;"))
    desk.undo()
    assert str(desk.invoice("F-1").due_date) == "2026-10-31"


def test_a_later_import_of_the_same_invoice_must_be_undone_first(desk: Desk) -> None:
    first = desk.batches[-1]
    desk.bring(a_list(HEADINGS, *NEW))
    with pytest.raises(Refused, match=r"import\.newer"):
        desk.undo(first)
    desk.undo()
    desk.undo(first)
    assert (desk.numbers(), desk.codes()) == ([], [])


def test_a_later_import_that_changed_nothing_does_not_matter(desk: Desk) -> None:
    first = desk.batches[-1]
    desk.bring(a_list(HEADINGS, *OLD))
    desk.undo(first)
    assert desk.numbers() == []


def test_what_was_entered_on_a_new_invoice_keeps_it(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, *NEW))
    with db.writing(desk.engine) as session:
        session.add(Hold(invoice_id=desk.invoice("F-3").id, kind="dispute", opened_at=desk.now))
    with pytest.raises(Refused, match=r"import\.used_since"):
        desk.undo()


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.APPROVAL, MessageState.WITHDRAWN])
def test_a_reminder_that_never_left_goes_with_its_invoice(desk: Desk, state: MessageState) -> None:
    desk.bring(a_list(HEADINGS, *NEW))
    _message(desk, state)
    desk.undo()
    with db.reading(desk.engine) as session:
        assert session.scalars(select(Reminder)).all() == []
        assert session.scalars(select(Message)).all() == []
        assert session.scalars(select(Invoice.number).order_by(Invoice.number)).all() == ["F-1", "F-2"]


GONE = (MessageState.CLAIMED, MessageState.TRANSMITTING, MessageState.SENT, MessageState.UNKNOWN)


@pytest.mark.parametrize("state", GONE)
def test_a_message_on_its_way_makes_undoing_impossible(desk: Desk, state: MessageState) -> None:
    desk.bring(a_list(HEADINGS, *NEW))
    _message(desk, state)
    with pytest.raises(Refused, match=r"import\.sent_since"):
        desk.undo()


def _message(desk: Desk, state: MessageState) -> None:
    invoice = desk.invoice("F-3")
    with db.writing(desk.engine) as session:
        reminder = Reminder(
            invoice_id=invoice.id,
            program_id=1,
            cycle=1,
            step=1,
            occurrence=1,
            level=1,
            channel="email",
            kind="auto",
            day=TODAY,
            at=desk.now,
        )
        session.add(
            Message(
                uid="1",
                kind="auto",
                channel=ChannelName.EMAIL,
                state=state,
                customer_id=invoice.customer_id,
                program_id=1,
                step=1,
                level=1,
                language="fr",
                created_at=desk.now,
                next_at=desk.now,
                reminders=[reminder],
            )
        )


def test_a_file_of_payments_is_undone_with_what_it_explained(desk: Desk) -> None:
    desk.bring(a_list(HEADINGS, OLD[0], OLD[1].replace("50;0", "50;50")))
    desk.later(hours=1)
    before = _state(desk)
    desk.pay(a_list("Facture;Date de paiement;Montant", "F-2;2026-11-02;50", "F-1;2026-11-02;30"))
    assert desk.payments("F-2")[0][2] == "file"
    desk.undo()
    assert _state(desk) == before
