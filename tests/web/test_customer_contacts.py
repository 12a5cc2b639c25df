"""The contacts on a customer's page: role, number, part in each level, addresses that don't work."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select

from relance.services.customer_contacts import MOST
from relance.services.database import the_firm
from relance.storage.db import reading, writing
from relance.storage.models import BadAddress, Contact
from tests.web.client import Browser
from tests.web.test_customers import MOBILE, WITH_ADDRESS, contacts, dupont, firm

__all__ = ["firm"]


def only_contact(engine: Engine, email: str) -> Contact:
    with reading(engine) as session:
        row = session.scalars(select(Contact).where(Contact.email == email)).one()
        session.expunge(row)
        return row


def test_a_contact_has_a_role_a_mobile_number_and_a_part_in_each_level(firm: Browser, engine: Engine) -> None:
    boss = {
        "email_1": "patron@dupont.example",
        "use_1": "none",
        "role_1": "management",
        "phone_1": "06 12 34 56 78",
        "level_0_1": "",
        "level_3_1": "to",
    }
    firm.send("/clients/1", {**WITH_ADDRESS, **boss, "level_2_0": "cc"})
    row = only_contact(engine, "patron@dupont.example")
    assert (row.role, row.phone, row.reminders, row.use_by_level) == (
        "management",
        "06 12 34 56 78",
        False,
        {"3": "to"},
    )
    assert only_contact(engine, "compta@dupont.example").use_by_level == {"2": "cc"}
    assert firm.open("/clients/1").html.count("<details") >= 2
    firm.send("/clients/1", {**WITH_ADDRESS, **boss, "role_1": "", "level_3_1": "", "level_2_0": "cc"})
    assert (only_contact(engine, "patron@dupont.example").role, dupont(engine).email_origin) == ("", "user")
    assert only_contact(engine, "patron@dupont.example").use_by_level == {}


def test_what_a_form_without_those_fields_leaves_out_stays(firm: Browser, engine: Engine) -> None:
    firm.send("/clients/1", {**WITH_ADDRESS, "role_0": "billing", "level_3_0": "cc"})
    firm.send("/clients/1", WITH_ADDRESS)
    row = only_contact(engine, "compta@dupont.example")
    assert (row.role, row.use_by_level) == ("billing", {"3": "cc"})


@pytest.mark.parametrize("changed", [{"role_0": "chef"}, {"level_3_0": "tout"}, {"phone_0": "06\x00"}])
def test_a_contact_that_cannot_be_is_refused_at_its_field(
    firm: Browser, engine: Engine, changed: dict[str, str]
) -> None:
    page = firm.send("/clients/1", {**WITH_ADDRESS, **changed}, status=422)
    assert f'href="#{next(iter(changed))}"' in page.html
    assert only_contact(engine, "compta@dupont.example").role == ""


def test_the_firms_own_address_is_refused_for_a_customer(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        the_firm(session).email = "claire@bonnet.example"
    sent = {**WITH_ADDRESS, "email_1": "Claire@Bonnet.example", "use_1": "cc"}
    page = firm.send("/clients/1", sent, status=422)
    assert 'href="#email_1"' in page.html and page.shows("Claire@bonnet.example")
    assert [email for email, *_ in contacts(engine)] == ["compta@dupont.example"]


def test_an_address_that_a_person_types_is_used_again(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        for address in ("neuve@dupont.example", "+33612345678"):
            session.add(BadAddress(address=address, marked_at=datetime(2026, 11, 1, tzinfo=UTC)))
    firm.send("/clients/1", {**WITH_ADDRESS, "email_1": "Neuve@dupont.example", "use_1": "to", "phone": MOBILE})
    with reading(engine) as session:
        assert session.scalars(select(BadAddress)).all() == []


def test_an_address_left_alone_says_until_when(firm: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        left = BadAddress(address="compta@dupont.example", until=date(2026, 12, 1), detail="452 4.2.2 full")
        left.marked_at = datetime(2026, 11, 20, tzinfo=UTC)
        session.add(left)
    page = firm.open("/clients/1")
    assert page.shows("01/12/2026") and page.shows("452 4.2.2 full")


def crowd(count: int) -> dict[str, str]:
    return {f"email_{place}": f"m{place}@dupont.example" for place in range(count)} | {
        f"use_{place}": "to" for place in range(count)
    }


def test_an_address_is_never_left_out_because_there_are_many(firm: Browser, engine: Engine) -> None:
    base = {name: value for name, value in WITH_ADDRESS.items() if not name.startswith(("email_", "use_"))}
    firm.send("/clients/1", {**base, **crowd(60)})
    assert len(contacts(engine)) == 60
    firm.send("/clients/1", {**base, **crowd(60)})
    assert len(contacts(engine)) == 60
    page = firm.send("/clients/1", {**base, **crowd(MOST + 1)}, status=422)
    assert f'href="#email_{MOST}"' in page.html and len(contacts(engine)) == 60
