"""The customer pages: what each owes, how it is reached, how it is reminded."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select

from relance.domain.book import Choose, ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import MessageState
from relance.services.accounts import Role
from relance.storage.db import reading, writing
from relance.storage.models import BadAddress, Contact, Customer, CustomerGroup, Hold, Invoice, Message, Reminder
from tests.web import customer_book as book
from tests.web.client import Browser
from tests.web.conftest import SignIn
from tests.web.customer_book import queries_of

DUPONT = {"name": "Dupont SARL", "kind": "company", "language": "", "program": "inherit"}
ADDRESS = {"email_0": "compta@dupont.example", "name_0": "", "use_0": "to"}
MOBILE = "06 12 34 56 78"
WITH_ADDRESS = {**DUPONT, **ADDRESS}


@pytest.fixture
def firm(owner: Browser, engine: Engine) -> Browser:
    """An owner of a firm with two customers and three invoices."""
    book.fill(engine)
    return owner


def contacts(engine: Engine) -> list[tuple[str, str, str, bool, bool]]:
    with reading(engine) as session:
        rows = session.scalars(select(Contact).where(Contact.customer_id == 1).order_by(Contact.id))
        bad = set(session.scalars(select(BadAddress.address)))
        return [(one.email, one.name, one.use, one.reminders, one.email.lower() in bad) for one in rows]


def dupont(engine: Engine) -> Customer:
    with reading(engine) as session:
        row = session.get_one(Customer, 1)
        session.expunge(row)
        return row


def kill_the_address(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(BadAddress(address="compta@dupont.example", marked_at=datetime(2026, 11, 1, tzinfo=UTC)))
        session.scalars(select(Invoice).where(Invoice.number == "F-1")).one().failed_step = 3


def failed_step(engine: Engine) -> int | None:
    with reading(engine) as session:
        return session.scalar(select(Invoice.failed_step).where(Invoice.number == "F-1"))


def test_the_list_says_what_each_owes_and_what_is_late(firm: Browser) -> None:
    page = firm.open("/clients")
    assert page.shows("1 400,50 €") and page.shows("1 200,00 €") and page.shows("80,00 €")
    assert page.shows("compta@dupont.example") and page.html.count("c-failed") == 1


def test_an_empty_list_leads_to_the_import(owner: Browser) -> None:
    assert 'href="/import"' in owner.open("/clients").html.split("<main")[1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=dupont", ["Dupont SARL"]),
        ("q=DÛPONT", ["Dupont SARL"]),
        ("q=PINSON", ["Boulangerie Pinson"]),
        ("q=dupont.example", ["Dupont SARL"]),
        ("q=%25", []),
        ("q=_", []),
        ("q=%27;drop table customer--", []),
        ("etat=retard", ["Boulangerie Pinson", "Dupont SARL"]),
        ("etat=sans-adresse", ["Boulangerie Pinson"]),
        ("etat=doivent&q=sarl", ["Dupont SARL"]),
        ("tri=nom", ["Boulangerie Pinson", "Dupont SARL"]),
        ("tri=-nom", ["Dupont SARL", "Boulangerie Pinson"]),
        ("tri=du", ["Boulangerie Pinson", "Dupont SARL"]),
        ("tri=-retard", ["Dupont SARL", "Boulangerie Pinson"]),
        ("tri=x&page=abc&par=1", ["Boulangerie Pinson", "Dupont SARL"]),
        ("type=unknown", ["Boulangerie Pinson", "Dupont SARL"]),
        ("type=company", []),
        ("groupe=aucun&programme=1", ["Boulangerie Pinson", "Dupont SARL"]),
        ("programme=jamais", []),
        ("programme=propre", []),
        ("etat=jamais", []),
        ("etat=en-attente", []),
    ],
)
def test_the_list_is_searched_and_sorted_by_its_address(firm: Browser, query: str, found: list[str]) -> None:
    html = firm.open(f"/clients?{query}").html
    shown = sorted(
        (html.index(f">{name}</a>"), name) for name in ("Dupont SARL", "Boulangerie Pinson") if f">{name}</a>" in html
    )
    assert [name for _, name in shown] == found


def test_a_filter_that_does_not_exist_is_refused(firm: Browser) -> None:
    for wrong in ("q=" + "x" * 200, "type=alien", "groupe=99", "programme=99", "groupe=-1", "groupe=%00"):
        firm.open(f"/clients?{wrong}", status=422)
    firm.open("/clients?etat=riches&tri=or&page=-3&par=7")


@pytest.mark.parametrize("path", ["/clients/99", "/clients/0", "/clients/99999999999999999999"])
def test_a_customer_that_is_not_there_is_said_to_be_not_there(firm: Browser, path: str) -> None:
    firm.open(path, status=404)


def test_the_list_takes_the_same_number_of_queries_for_two_rows_and_for_many(firm: Browser, engine: Engine) -> None:
    few = queries_of(firm, engine, "/clients?tri=-du&q=a")
    with writing(engine) as session:
        for number in range(40):
            session.add(Customer(code=f"X{number}", name=f"Client {number}"))
    assert queries_of(firm, engine, "/clients?tri=-du&q=a") == few


def test_the_page_says_what_it_owes_and_how_it_pays(firm: Browser, engine: Engine) -> None:
    book.pay(engine, 1, 120_000, date(2026, 11, 12))
    page = firm.open("/clients/1")
    assert page.shows("200,50 €") and page.shows("12 j") and page.shows("100 %")
    assert page.shows("F-1") and page.shows("F-2") and not page.shows("F-3")


def test_credit_without_an_invoice_is_shown(firm: Browser, engine: Engine) -> None:
    book.pay(engine, None, 3_300, date(2026, 11, 12))
    assert firm.open("/clients/1").shows("33,00 €")


def test_addresses_are_added_changed_and_removed(firm: Browser, engine: Engine) -> None:
    more = {"email_1": "Direction@Dupont.example", "name_1": "Mme Dupont", "use_1": "cc", "email_2": "", "use_2": "to"}
    firm.send("/clients/1", {**WITH_ADDRESS, **more})
    assert contacts(engine) == [
        ("compta@dupont.example", "", "to", True, False),
        ("Direction@dupont.example", "Mme Dupont", "cc", True, False),
    ]
    moved = {"email_0": "compta@dupont.example", "use_0": "none", "email_1": "direction@dupont.example", "use_1": "bcc"}
    firm.send("/clients/1", {**DUPONT, **moved})
    assert [(use, reminders) for _, _, use, reminders, _ in contacts(engine)] == [("to", False), ("bcc", True)]
    firm.send("/clients/1", {**DUPONT, **moved, "remove_0": "y", "email_1": ""})
    assert contacts(engine) == []


def test_saved_addresses_are_the_users_and_failures_are_tried_again(firm: Browser, engine: Engine) -> None:
    kill_the_address(engine)
    firm.send("/clients/1", {**DUPONT, "email_0": "neuve@dupont.example", "use_0": "to"})
    assert (dupont(engine).email_origin, failed_step(engine)) == ("user", None)
    assert contacts(engine) == [("neuve@dupont.example", "", "to", True, False)]


def test_saving_without_a_change_leaves_the_addresses_to_imports(firm: Browser, engine: Engine) -> None:
    kill_the_address(engine)
    firm.send("/clients/1", {**WITH_ADDRESS, "kind": "unknown", "notes": "appeler le mardi"})
    assert (dupont(engine).email_origin, failed_step(engine)) == ("import", 3)
    assert dupont(engine).notes == "appeler le mardi"


def test_a_dead_address_is_marked_and_revived_only_on_a_persons_word(firm: Browser, engine: Engine) -> None:
    kill_the_address(engine)
    assert "c-failed" in firm.open("/clients/1").html and 'name="again_0"' in firm.open("/clients/1").html
    firm.send("/clients/1", {**WITH_ADDRESS, "use_0": "cc"})
    assert contacts(engine)[0][2:] == ("cc", True, True)
    firm.send("/clients/1", {**WITH_ADDRESS, "use_0": "cc", "again_0": "y"})
    assert contacts(engine)[0][2:] == ("cc", True, False)
    assert failed_step(engine) is None


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"email_1": "nom@entreprise", "use_1": "to"}, "email_1"),
        ({"email_1": "pas une adresse", "use_1": "to"}, "email_1"),
        ({"email_1": "a@b.example, c@d.example", "use_1": "to"}, "email_1"),
        ({"use_0": "spam"}, "use_0"),
        ({"name": " "}, "name"),
        ({"name": "a\u2028b"}, "name"),
        ({"kind": "alien"}, "kind-0"),
        ({"language": "xx"}, "language"),
        ({"program": "99"}, "program-0"),
        ({"program": "named", "named": "99"}, "named"),
        ({"program": "named", "named": "x"}, "named"),
        ({"program": "named"}, "named"),
        ({"sender": "7"}, "sender"),
        ({"notes": "a\x07b"}, "notes"),
        ({"country": "Nulle part"}, "country"),
        ({"address": "1\n2\n3\n4"}, "address"),
        ({"paused": "y", "paused_until": "hier"}, "paused_until"),
        ({"paused_until": "2026-11-23"}, "paused_until"),
        ({"paused_until": "2099-01-01"}, "paused_until"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(
    firm: Browser, engine: Engine, wrong: dict[str, str], at: str
) -> None:
    page = firm.send("/clients/1", {**WITH_ADDRESS, "notes": "perdu", **wrong}, status=422)
    assert f'href="#{at}"' in page.html
    assert (dupont(engine).notes, dupont(engine).name, len(contacts(engine))) == ("", "Dupont SARL", 1)


def test_how_it_is_reminded_is_saved(firm: Browser, engine: Engine) -> None:
    sent = {
        **WITH_ADDRESS,
        "language": "de",
        "insolvent": "y",
        "program": "named",
        "named": "1",
        "group": "Grands comptes",
        "phone": "01 42 00 00 00",
        "address": "1 rue Basse\nBâtiment B",
        "postcode": "75001",
        "city": "Paris",
        "country": "France",
    }
    firm.send("/clients/1", sent)
    row = dupont(engine)
    assert (row.language, row.insolvent, row.program_id, row.kind.value) == ("de", True, 1, "company")
    assert (row.address_1, row.address_2, row.address_3, row.country) == ("1 rue Basse", "Bâtiment B", "", "FR")
    firm.send("/clients/2", {**DUPONT, "name": "Pinson", "group": "grands  COMPTES", "program": "never"})
    with reading(engine) as session:
        assert session.scalars(select(CustomerGroup.name)).all() == ["Grands comptes"]
        assert session.get_one(Customer, 2).program_choice is Choose.NEVER
    assert "Pinson" in firm.open("/clients").html
    firm.send("/clients/1", {**WITH_ADDRESS, "group": ""})
    assert (dupont(engine).group_id, dupont(engine).program_id, dupont(engine).insolvent) == (None, None, False)


def pauses(engine: Engine) -> list[tuple[date | None, bool, str]]:
    with reading(engine) as session:
        holds = session.scalars(select(Hold).order_by(Hold.id))
        return [(one.until, one.closed_at is None, one.opened_by) for one in holds]


def test_a_pause_is_opened_moved_and_ended_with_who_and_when(firm: Browser, engine: Engine) -> None:
    for until in ("2026-12-24", "2026-12-24", "2026-12-31"):
        firm.send("/clients/1", {**WITH_ADDRESS, "paused": "y", "paused_until": until})
    by = "owner@firm.fr"
    assert pauses(engine) == [(date(2026, 12, 24), False, by), (date(2026, 12, 31), True, by)]
    assert firm.open("/clients/1").shows("31/12/2026") and "c-pause" in firm.open("/clients").html
    firm.send("/clients/1", {**WITH_ADDRESS, "paused": "y"})
    assert pauses(engine)[2:] == [(None, True, by)]
    firm.send("/clients/1", WITH_ADDRESS)
    assert [still for _, still, _ in pauses(engine)] == [False, False, False]


def a_message(engine: Engine, state: MessageState) -> None:
    at = datetime(2026, 11, 20, 9, 2, tzinfo=UTC)
    shared = {"kind": ReminderKind.AUTO, "program_id": 1, "step": 3, "occurrence": 1, "level": 1}
    with writing(engine) as session:
        message = Message(
            uid="m1",
            channel=ChannelName.EMAIL,
            state=state,
            customer_id=1,
            language="fr",
            created_at=at,
            next_at=at,
            sent_at=at if state is MessageState.SENT else None,
            recipients=["compta@dupont.example"],
            **shared,
        )
        session.add(message)
        session.flush()
        for invoice in (1, 2):
            session.add(
                Reminder(
                    invoice_id=invoice,
                    message_id=message.id,
                    cycle=1,
                    channel="email",
                    live=True,
                    done=state is MessageState.SENT,
                    day=at.date(),
                    at=at,
                    **shared,
                )
            )


def test_everything_that_was_sent_to_it_is_listed(firm: Browser, engine: Engine) -> None:
    a_message(engine, MessageState.SENT)
    with writing(engine) as session:
        session.add(
            Reminder(
                invoice_id=1,
                program_id=1,
                cycle=1,
                step=1,
                occurrence=1,
                level=0,
                kind=ReminderKind.MARKED,
                done=True,
                day=date(2026, 11, 2),
                at=datetime(2026, 11, 2, 9, tzinfo=UTC),
                by="claire@bonnet.fr",
            )
        )
    page = firm.open("/clients/1?onglet=relances")
    sent = page.html[page.html.index('aria-labelledby="sent"') :]
    assert page.shows("F-1, F-2")
    for told in ("compta@dupont.example", "c-n1", "c-paid", "claire@bonnet.fr"):
        assert told in sent
    assert sent.count("<tr>") == 3
    assert 'href="/historique/1"' in page.html


@pytest.mark.parametrize(
    ("change", "withdrawn"),
    [
        ({"insolvent": "y"}, True),
        ({"paused": "y"}, True),
        ({"program": "never"}, True),
        ({"notes": "rien"}, False),
    ],
)
def test_what_waits_to_leave_to_somebody_who_is_stopped_is_taken_out(
    firm: Browser, engine: Engine, change: dict[str, str], *, withdrawn: bool
) -> None:
    a_message(engine, MessageState.APPROVAL)
    firm.send("/clients/1", {**WITH_ADDRESS, **change})
    with reading(engine) as session:
        state = session.scalars(select(Message.state)).one()
    assert state is (MessageState.WITHDRAWN if withdrawn else MessageState.APPROVAL)


def test_a_reader_sees_everything_and_changes_nothing(firm: Browser, signed_in: SignIn) -> None:
    reader = signed_in(Role.READER)
    assert "<fieldset" in reader.open("/clients/1").html and "disabled" in reader.open("/clients/1").html
    reader.send("/clients/1", WITH_ADDRESS, on="/clients/1", status=403)


def test_a_customer_of_another_currency_has_a_line_for_each(firm: Browser, engine: Engine) -> None:
    book.invoice(engine, "U-1", book.DUPONT, 1_000, None, date(2026, 11, 1), currency="USD")
    page = firm.open("/clients")
    assert page.shows("10,00 $US") and page.shows("1 400,50 €")


@pytest.mark.parametrize(
    ("group_never", "invoice_chooses", "state"),
    [
        (True, False, MessageState.WITHDRAWN),
        (False, False, MessageState.APPROVAL),
        (True, True, MessageState.APPROVAL),
    ],
)
def test_what_waits_goes_with_a_group_that_is_never_reminded_unless_the_invoice_has_its_own_program(
    firm: Browser, engine: Engine, state: MessageState, *, group_never: bool, invoice_chooses: bool
) -> None:
    a_message(engine, MessageState.APPROVAL)
    book.group(engine, "Artisans", program_choice=Choose.NEVER if group_never else Choose.INHERIT)
    with writing(engine) as session:
        for row in session.scalars(select(Invoice)):
            row.program_id = 1 if invoice_chooses else None
    firm.send("/clients/1", {**WITH_ADDRESS, "group": "Artisans"})
    with reading(engine) as session:
        assert session.scalars(select(Message.state)).one() is state
