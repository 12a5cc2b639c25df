"""Senders, tones, charges and own programs of a settings file: only what it says, and nothing twice."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.program import Tone
from relance.domain.status import MessageState
from relance.services.senders.lookup import own_account
from relance.services.settings.loading import ProblemCode, Tally
from relance.storage import db
from relance.storage.models import Customer, CustomerGroup, Firm, Invoice, MailAccount, Message, Program, Sender
from tests.services.settings_files import NOW, all_rows, blank_database, dump, load, problems_of

LYON = '[[sender]]\nname = "Lyon"\n'
ACCOUNT = '[sender.account]\nhost = "smtp.x.fr"\nsender = "lyon@x.fr"\nport = 465\npassword_file = "lyon"\n'
OWN = '[[program]]\nname = "Alpha (A)"\nown = true\noffsets = "5"\n'


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return blank_database(tmp_path)


def a_customer(code: str, **keys: str) -> str:
    said = "".join(f'{key} = "{word}"\n' for key, word in keys.items())
    return f'[[customer]]\ncode = "{code}"\nname = "{code}"\n{said}'


def the_sender(engine: Engine, name: str = "Lyon") -> tuple[Sender, MailAccount | None]:
    with db.reading(engine) as session:
        row = session.scalars(select(Sender).where(Sender.name == name)).one()
        return row, own_account(row)


def own_programs(engine: Engine) -> list[str]:
    with db.reading(engine) as session:
        return list(session.scalars(select(Program.name).where(Program.own)))


# What is claimed.


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("12.4", Decimal("12.4")),
        ("12", Decimal(12)),
        ("100", Decimal(100)),
        ('"12,405 %"', Decimal("12.405")),
        ('" 12.40 "', Decimal("12.4")),
        ('""', None),
    ],
)
def test_a_contract_rate_is_an_exact_decimal_or_none(engine: Engine, written: str, kept: Decimal | None) -> None:
    load(engine, "[firm]\ncontract_rate = 3\n")
    load(engine, f"[firm]\ncharges = false\ncontract_rate = {written}\n")
    with db.reading(engine) as session:
        firm = session.get_one(Firm, 1)
        assert (firm.charges, firm.contract_rate) == (False, kept)


def test_charges_are_claimed_of_a_customer_until_the_file_says_otherwise(engine: Engine) -> None:
    load(engine, a_customer("A") + a_customer("B") + "charges = false\n")
    load(engine, a_customer("B"))
    with db.reading(engine) as session:
        assert dict(session.execute(select(Customer.code, Customer.charges)).all()) == {"A": True, "B": False}


# Senders.


def test_a_sender_is_all_that_the_file_says(engine: Engine) -> None:
    iban = 'iban = "fr14 2004 1010 0505 0001 3M02 606"\nbic = "psstfrpp"\n'
    result = load(engine, LYON + f'email = "lyon@x.fr"\nsignature = """\nL\'équipe\nde Lyon\n"""\n{iban}')
    assert result.senders == Tally(added=1)
    row, account = the_sender(engine)
    assert (row.email, row.signature) == ("lyon@x.fr", "L'équipe\nde Lyon")
    assert (row.iban, row.bic) == ("FR1420041010050500013M02606", "PSSTFRPP")
    assert account is None


def test_what_the_file_does_not_say_of_a_sender_stays(engine: Engine) -> None:
    load(engine, LYON + 'phone = "04"\nplace = "Lyon"\n' + ACCOUNT + '[[sender]]\nname = "Brest"\nphone = "02"\n')
    result = load(engine, LYON + 'place = ""\n[sender.account]\nport = 587\npassword_env = "LYON"\n')
    assert result.senders == Tally(changed=1)
    row, account = the_sender(engine)
    assert (row.phone, row.place) == ("04", "")
    assert account is not None
    assert (account.host, account.port, account.sender) == ("smtp.x.fr", 587, "lyon@x.fr")
    assert (account.password_env, account.password_file) == ("LYON", "")
    assert the_sender(engine, "Brest")[0].phone == "02"


def test_loading_a_sender_again_changes_nothing(engine: Engine) -> None:
    text = LYON + 'phone = "04"\n' + ACCOUNT + a_customer("A", sender="Lyon")
    load(engine, text)
    before = all_rows(engine)
    assert load(engine, text).nothing
    assert all_rows(engine) == before


def test_a_bic_goes_with_an_iban_that_is_there_already(engine: Engine) -> None:
    load(engine, LYON + 'iban = "FR1420041010050500013M02606"\n')
    load(engine, LYON + 'bic = "PSSTFRPP"\n')
    load(engine, LYON + 'iban = ""\nbic = ""\n')
    assert (the_sender(engine)[0].iban, the_sender(engine)[0].bic) == ("", "")


def test_the_account_of_a_sender_is_not_the_firms(engine: Engine) -> None:
    load(engine, '[email]\nhost = "smtp.firm.fr"\n' + LYON + ACCOUNT)
    with db.reading(engine) as session:
        assert session.get_one(MailAccount, 1).host == "smtp.firm.fr"
        assert session.query(MailAccount).count() == 2


@pytest.mark.parametrize("had_one", [True, False])
def test_what_was_held_for_an_account_may_be_tried_again_once_it_is_told(engine: Engine, *, had_one: bool) -> None:
    load(engine, LYON + (ACCOUNT if had_one else "") + a_customer("A", sender="Lyon"))
    with db.writing(engine) as session:
        sender = session.scalars(select(Sender)).one()
        customer = session.scalars(select(Customer.id)).one()
        if sender.mail_account is not None:
            sender.mail_account.held_code = "smtp.auth_refused"
        message = Message(
            uid="m",
            kind=ReminderKind.AUTO,
            channel=ChannelName.EMAIL,
            state=MessageState.HELD,
            code="smtp.auth_refused",
            customer_id=customer,
            sender_id=sender.id,
            program_id=session.scalars(select(Program.id)).first(),
            step=1,
            level=1,
            language="fr",
            created_at=NOW,
            next_at=NOW,
        )
        session.add(message)
    load(engine, LYON + ACCOUNT)
    account = the_sender(engine)[1]
    assert account is not None
    assert account.held_code is None
    with db.reading(engine) as session:
        assert session.scalars(select(Message.state)).all() == [MessageState.QUEUED]


# Groups and customers.


def test_a_group_has_a_tone_and_a_sender(engine: Engine) -> None:
    def found() -> tuple[Tone, int | None]:
        with db.reading(engine) as session:
            row = session.scalars(select(CustomerGroup)).one()
            return row.tone, row.sender_id

    group = '[[group]]\nname = "G"\n'
    assert load(engine, group).groups == Tally(added=1)
    assert found() == (Tone.STANDARD, None)
    assert load(engine, LYON + group + 'tone = "firm"\nsender = "Lyon"\n').groups == Tally(changed=1)
    assert found() == (Tone.FIRM, the_sender(engine)[0].id)
    assert load(engine, group).groups == Tally(unchanged=1)
    load(engine, group + 'sender = ""\n')
    assert found() == (Tone.FIRM, None)


def test_a_customer_has_a_sender_until_it_is_taken_away(engine: Engine) -> None:
    def found() -> int | None:
        with db.reading(engine) as session:
            return session.scalars(select(Customer.sender_id)).one()

    load(engine, a_customer("A", sender="Lyon") + LYON)
    assert found() == the_sender(engine)[0].id
    load(engine, a_customer("A"))
    assert found() == the_sender(engine)[0].id
    assert load(engine, a_customer("A", sender="")).customers == Tally(changed=1)
    assert found() is None


# One customer's own program.


def test_an_own_program_is_one_customers(engine: Engine) -> None:
    load(engine, OWN + a_customer("A", program="Alpha (A)"))
    assert own_programs(engine) == ["Alpha (A)"]
    before = all_rows(engine)
    assert load(engine, OWN + a_customer("A", program="Alpha (A)")).nothing
    assert all_rows(engine) == before


def test_an_own_program_may_pass_from_one_customer_to_another(engine: Engine) -> None:
    load(engine, OWN + a_customer("A", program="Alpha (A)"))
    load(engine, a_customer("B", program="Alpha (A)") + a_customer("A", program="never"))
    assert own_programs(engine) == ["Alpha (A)"]


def test_an_own_program_that_nobody_follows_any_more_goes_with_its_last_customer(engine: Engine) -> None:
    """RULES 1.4: it stands on that customer's page alone."""
    load(engine, OWN + OWN.replace("Alpha (A)", "Beta (B)") + a_customer("A", program="Alpha (A)"))
    load(engine, a_customer("A", program="inherit"))
    assert own_programs(engine) == ["Beta (B)"]  # nothing was said of that one
    assert '"Alpha (A)"' not in dump(engine)


def test_an_own_program_that_an_invoice_names_stays(engine: Engine) -> None:
    load(engine, OWN + a_customer("A", program="Alpha (A)"))
    with db.writing(engine) as session:
        customer = session.scalars(select(Customer)).one()
        invoice = Invoice(number="F1", currency="EUR", total=100, entered_at=NOW, program_id=customer.program_id)
        invoice.customer = customer
        session.add(invoice)
    load(engine, a_customer("A", program="inherit"))
    assert own_programs(engine) == ["Alpha (A)"]


def test_an_own_program_may_become_one_for_all(engine: Engine) -> None:
    load(engine, OWN + a_customer("A", program="Alpha (A)"))
    load(engine, OWN.replace("true", "false") + a_customer("B", program="Alpha (A)"))
    assert own_programs(engine) == []


def test_a_program_that_several_follow_cannot_be_made_an_own_one(engine: Engine) -> None:
    shared = OWN.replace("true", "false")
    load(engine, shared + a_customer("A", program="Alpha (A)") + a_customer("B", program="Alpha (A)"))
    (problem,) = problems_of(engine, OWN)
    assert (problem.code, problem.key, problem.line) == (ProblemCode.OWN_SHARED, "program[1].own", 3)
    assert problem.facts["customers"] == ("A", "B")
    load(engine, OWN + a_customer("B", program="never"))
    assert own_programs(engine) == ["Alpha (A)"]


def test_a_program_that_anothers_invoice_names_cannot_be_made_an_own_one(engine: Engine) -> None:
    load(engine, OWN.replace("true", "false") + a_customer("A", program="Alpha (A)") + a_customer("B"))
    with db.writing(engine) as session:
        program = session.scalars(select(Program.id).where(Program.name == "Alpha (A)")).one()
        invoice = Invoice(number="F1", currency="EUR", total=100, entered_at=NOW, program_id=program)
        invoice.customer = session.scalars(select(Customer).where(Customer.code == "B")).one()
        session.add(invoice)
    assert [problem.code for problem in problems_of(engine, OWN)] == [ProblemCode.OWN_SHARED]


def test_another_general_program_frees_the_one_before_to_be_an_own_one(engine: Engine) -> None:
    new = '[[program]]\nname = "New"\ngeneral = true\noffsets = "5"\n'
    load(engine, new + '[[program]]\nname = "Standard"\nown = true\n')
    assert own_programs(engine) == ["Standard"]
