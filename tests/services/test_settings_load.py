"""What loading a settings file does: only what it says, and nothing twice."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.domain.book import Choose, Scope
from relance.domain.documents import CustomerKind
from relance.services.settings.loading import Tally
from relance.storage import db
from relance.storage.models import Contact, Customer, CustomerGroup, Firm, Hold, Invoice, MailAccount, Template
from tests.services.settings_files import NOW, all_rows, blank_database, dump, load

CUSTOMER = '[[customer]]\ncode = "A"\nname = "Alpha"\n'
ON = "[automation]\nenabled = true\n"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return blank_database(tmp_path)


def the_firm(engine: Engine) -> Firm:
    with db.reading(engine) as session:
        return session.get_one(Firm, 1)


def the_customer(session: Session, code: str = "A") -> Customer:
    return session.scalars(select(Customer).where(Customer.code == code)).one()


def contacts_of(engine: Engine, code: str = "A") -> list[tuple[str, str, str]]:
    with db.reading(engine) as session:
        return [(one.use, one.name, one.email) for one in the_customer(session, code).contacts]


def add_contact(engine: Engine, email: str, *, reminders: bool = True) -> None:
    with db.writing(engine) as session:
        contact = Contact(email=email, name="Claire", reminders=reminders, customer=the_customer(session))
        session.add(contact)


def pauses_of(engine: Engine) -> list[tuple[date | None, bool]]:
    with db.reading(engine) as session:
        return [(hold.until, hold.closed_at is None) for hold in session.scalars(select(Hold).order_by(Hold.id))]


def test_numbers_are_kept_without_their_spaces(engine: Engine) -> None:
    load(engine, '[firm]\nsiren = "404 833 048"\niban = "fr14 2004 1010 0505 0001 3M02 606"\nbic = "psstfrpp"\n')
    firm = the_firm(engine)
    assert (firm.siren, firm.iban, firm.bic) == ("404833048", "FR1420041010050500013M02606", "PSSTFRPP")


@pytest.mark.parametrize(
    ("written", "kept"),
    [("12.50", Decimal("12.5")), ('"0.001"', Decimal("0.001")), ("0", Decimal(0)), ("7", Decimal(7)), ('""', None)],
)
def test_a_threshold_is_an_exact_decimal(engine: Engine, written: str, kept: Decimal | None) -> None:
    load(engine, "[automation]\nthreshold = 3\n")
    load(engine, f"[automation]\nthreshold = {written}\n")
    assert the_firm(engine).threshold == kept


@pytest.mark.parametrize(("written", "kept"), [('"00:00"', "00:00"), ('"02:30"', "02:30"), ("09:05:00", "09:05")])
def test_any_minute_of_the_day_is_an_hour_of_the_run(engine: Engine, written: str, kept: str) -> None:
    load(engine, f"[automation]\nrun_at = {written}\n")
    assert the_firm(engine).run_at == kept


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "smtp.exemple.fr", ""])
def test_a_host_is_a_name_or_an_address(engine: Engine, host: str) -> None:
    load(engine, f'[email]\nhost = "{host}"\n')
    with db.reading(engine) as session:
        assert session.get_one(MailAccount, 1).host == host


def test_what_the_file_does_not_mention_stays(engine: Engine) -> None:
    load(engine, '[firm]\nname = "Durand"\nphone = "01"\n[automation]\nscope = "all"\n')
    load(engine, '[firm]\nphone = ""\n')
    firm = the_firm(engine)
    assert (firm.name, firm.phone, firm.scope) == ("Durand", "", Scope.ALL)


def test_a_bare_file_changes_nothing(engine: Engine) -> None:
    before = all_rows(engine)
    assert load(engine, "# nothing\n").nothing
    assert all_rows(engine) == before


def test_the_tally_tells_what_was_added_changed_or_so_already(engine: Engine) -> None:
    others = '[[customer]]\ncode = "B"\nname = "Beta"\n[[customer]]\ncode = "C"\nname = "Gamma"\n'
    assert load(engine, CUSTOMER + others).customers == Tally(added=3)
    result = load(
        engine, '[firm]\nname = "X"\n' + CUSTOMER + others.replace("Beta", "Bêta") + CUSTOMER.replace("A", "D")
    )
    assert (result.settings, result.customers) == (1, Tally(added=1, changed=1, unchanged=2))


def test_naming_a_variable_for_the_password_forgets_the_file(engine: Engine) -> None:
    load(engine, '[email]\npassword_file = "/run/secrets/smtp"\n')
    load(engine, '[email]\npassword_env = "SMTP_PASSWORD"\n')
    with db.reading(engine) as session:
        account = session.get_one(MailAccount, 1)
        assert (account.password_env, account.password_file) == ("SMTP_PASSWORD", "")


# Activation.


def test_switching_on_stamps_the_moment(engine: Engine) -> None:
    load(engine, ON)
    assert the_firm(engine).activated_at == NOW


def test_loading_again_does_not_move_the_moment(engine: Engine) -> None:
    load(engine, ON)
    load(engine, ON + 'scope = "new"\n', NOW + timedelta(days=3))
    assert (the_firm(engine).activated_at, the_firm(engine).scope) == (NOW, Scope.NEW)


def test_switching_off_keeps_the_moment_and_on_again_stamps_anew(engine: Engine) -> None:
    load(engine, ON)
    load(engine, "[automation]\nenabled = false\n", NOW + timedelta(days=1))
    assert (the_firm(engine).enabled, the_firm(engine).activated_at) == (False, NOW)
    load(engine, ON, NOW + timedelta(days=2))
    assert (the_firm(engine).enabled, the_firm(engine).activated_at) == (True, NOW + timedelta(days=2))


# Templates.


def test_a_text_is_changed_added_or_taken_away_by_language(engine: Engine) -> None:
    both = (
        '[[template]]\nname = "T"\n[template.fr]\nsubject = "s"\nbody = "b"\n[template.en]\nsubject = "e"\nbody = "e"\n'
    )
    load(engine, both)
    load(engine, '[[template]]\nname = "T"\n[template.fr]\nbody = "new"\n[template.en]\nbody = ""\n')
    with db.reading(engine) as session:
        (template,) = session.scalars(select(Template))
        assert [(text.language, text.subject, text.body) for text in template.texts] == [("fr", "s", "new")]


def test_a_text_of_several_lines_loses_its_blank_ends_alone(engine: Engine) -> None:
    load(engine, '[[template]]\nname = "T"\n[template.fr]\nsubject = "s"\nbody = """\n\n  a\n\nb\n\n"""\n')
    with db.reading(engine) as session:
        assert [template.texts[0].body for template in session.scalars(select(Template))] == ["  a\n\nb"]


# Groups and customers.


def test_a_customer_is_all_that_the_file_says(engine: Engine) -> None:
    load(
        engine,
        '[[group]]\nname = "G"\nprogram = "Standard"\n'
        + CUSTOMER
        + 'kind = "company"\nlanguage = "en"\nphone = "01"\naddress = "1 rue A\\nBât. B"\npostcode = "69003"\n'
        'city = "Lyon"\ncountry = "fr"\nnotes = "n"\ninsolvent = true\ngroup = "G"\nprogram = "never"\n',
    )
    with db.reading(engine) as session:
        row = the_customer(session)
        group = session.scalars(select(CustomerGroup)).one()
        assert (row.kind, row.language, row.insolvent) == (CustomerKind.COMPANY, "en", True)
        assert (row.address_1, row.address_2, row.address_3, row.country) == ("1 rue A", "Bât. B", "", "FR")
        assert (row.group_id, row.program_choice, row.program_id) == (group.id, Choose.NEVER, None)
        assert group.program_id is not None


def test_empty_values_clear(engine: Engine) -> None:
    load(engine, CUSTOMER + 'email = "a@b.fr"\nlanguage = "en"\naddress = ["1", "2"]\nprogram = "Standard"\n')
    load(engine, CUSTOMER + 'email = []\nlanguage = ""\naddress = ""\nprogram = ""\n')
    with db.reading(engine) as session:
        row = the_customer(session)
        assert (row.contacts, row.language, row.address_1, row.address_2) == ([], None, "", "")
        assert (row.program_choice, row.program_id) == (Choose.INHERIT, None)


def test_addresses_come_as_a_text_or_a_list_with_names_or_without(engine: Engine) -> None:
    text = 'email = "a@x.fr, Claire Mercier <c@x.fr>; d@x.fr"\ncc = ["e@x.fr"]\nbcc = "\\"Du, J\\" <f@x.fr>"\n'
    load(engine, CUSTOMER + text)
    assert contacts_of(engine) == [
        ("to", "", "a@x.fr"),
        ("to", "Claire Mercier", "c@x.fr"),
        ("to", "", "d@x.fr"),
        ("cc", "", "e@x.fr"),
        ("bcc", "Du, J", "f@x.fr"),
    ]


def test_an_address_that_stays_keeps_its_name(engine: Engine) -> None:
    load(engine, CUSTOMER)
    add_contact(engine, "a@x.fr")
    load(engine, CUSTOMER + 'email = ["a@x.fr", "b@x.fr"]\n')
    assert contacts_of(engine) == [("to", "Claire", "a@x.fr"), ("to", "", "b@x.fr")]


def test_an_address_that_no_reminder_goes_to_is_not_taken_away(engine: Engine) -> None:
    load(engine, CUSTOMER)
    add_contact(engine, "boss@x.fr", reminders=False)
    load(engine, CUSTOMER + "email = []\n")
    assert contacts_of(engine) == [("to", "Claire", "boss@x.fr")]


def test_addresses_from_here_are_the_users_until_then_the_imports(engine: Engine) -> None:
    def origin() -> str:
        with db.reading(engine) as session:
            return the_customer(session).email_origin

    load(engine, CUSTOMER)
    add_contact(engine, "a@x.fr")
    load(engine, CUSTOMER + 'email = "a@x.fr"\n')
    assert origin() == "import"  # nothing came from here
    load(engine, CUSTOMER + 'email = "b@x.fr"\n')
    assert origin() == "user"


@pytest.mark.parametrize(("change", "failed_step"), [('email = "new@x.fr"', None), ('notes = "n"', 2)])
def test_a_new_way_to_reach_a_customer_lets_a_failed_step_be_tried_again(
    engine: Engine, change: str, failed_step: int | None
) -> None:
    load(engine, CUSTOMER)
    with db.writing(engine) as session:
        invoice = Invoice(number="F1", currency="EUR", total=100, entered_at=NOW, failed_step=2)
        invoice.customer = the_customer(session)
        session.add(invoice)
    load(engine, CUSTOMER + change)
    with db.reading(engine) as session:
        assert session.scalars(select(Invoice.failed_step)).one() == failed_step


def test_a_pause_opens_moves_and_closes_and_leaves_its_history(engine: Engine) -> None:
    load(engine, CUSTOMER + "paused_until = 2026-12-31\n")
    load(engine, CUSTOMER + 'paused_until = "2026-12-31"\n')
    load(engine, CUSTOMER)
    assert pauses_of(engine) == [(date(2026, 12, 31), True)]
    load(engine, CUSTOMER + 'paused_until = "forever"\n')
    assert pauses_of(engine) == [(date(2026, 12, 31), False), (None, True)]
    load(engine, CUSTOMER + 'paused_until = ""\n')
    assert pauses_of(engine) == [(date(2026, 12, 31), False), (None, False)]


def test_a_customer_without_code_is_found_by_its_name_or_gets_a_code_from_it(engine: Engine) -> None:
    load(engine, '[[customer]]\nname = "Café Éric & Fils"\n[[customer]]\ncode = "X"\nname = "Zoé"\n')
    load(engine, '[[customer]]\nname = "cafe eric & fils"\nphone = "1"\n[[customer]]\nname = "zoe"\nphone = "2"\n')
    with db.reading(engine) as session:
        rows = session.scalars(select(Customer).order_by(Customer.code))
        assert [(row.code, row.phone) for row in rows] == [("CAFE-ERIC-FILS", "1"), ("X", "2")]


def test_a_code_made_from_a_name_is_nobody_elses(engine: Engine) -> None:
    load(engine, '[[customer]]\nname = "Dupont"\n[[customer]]\ncode = "DUPONT"\nname = "Another"\n')
    with db.reading(engine) as session:
        assert the_customer(session, "DUPONT-2").name == "Dupont"


PEOPLE = """
[[customer.contact]]
email = "patron@x.fr"
name = "Mme Roux"
role = "management"
use = "none"
phone = "06 12 34 56 78"
[customer.contact.levels]
3 = "to"
"""


def person(engine: Engine, email: str) -> dict[str, object]:
    with db.reading(engine) as session:
        [row] = [one for one in the_customer(session).contacts if one.email == email]
        return {name: getattr(row, name) for name in ("name", "role", "use", "reminders", "use_by_level", "phone")}


def test_a_contact_of_its_own_has_a_role_and_a_part_in_each_level(engine: Engine) -> None:
    load(engine, CUSTOMER + 'email = "a@x.fr"\n' + PEOPLE)
    assert person(engine, "patron@x.fr") == {
        "name": "Mme Roux",
        "role": "management",
        "use": "to",
        "reminders": False,
        "use_by_level": {"3": "to"},
        "phone": "06 12 34 56 78",
    }
    load(engine, CUSTOMER + "email = []\n" + PEOPLE.replace('use = "none"', 'use = "cc"'))
    assert [(use, email) for use, _, email in contacts_of(engine)] == [("cc", "patron@x.fr")]


def test_what_a_contact_does_not_say_stays(engine: Engine) -> None:
    load(engine, CUSTOMER + PEOPLE)
    load(engine, CUSTOMER + '[[customer.contact]]\nemail = "Patron@x.fr"\nname = "Jean"\n')
    found = person(engine, "patron@x.fr")
    assert (found["name"], found["role"], found["use_by_level"]) == ("Jean", "management", {"3": "to"})


def test_a_step_falls_back_on_another_channel(engine: Engine) -> None:
    steps = '[[program]]\nname = "P"\n[[program.step]]\noffset = 7\nfallback = "letter"\n'
    load(engine, steps)
    assert 'fallback = "letter"' in dump(engine)
    load(engine, steps.replace('"letter"', '""'))
    assert "fallback" not in dump(engine)
