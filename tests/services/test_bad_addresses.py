"""One truth about addresses: marked once for whoever has them, whatever their capitals; forgiven by a person."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.domain.delivery import DeliveryFailed, Fate, Refusal
from relance.domain.status import MessageState
from relance.services import bad_addresses
from relance.services.database import the_firm
from relance.services.delivery import outcomes
from relance.storage import db
from relance.storage.bad_addresses import bad, unusable
from relance.storage.models import BadAddress, MailAccount
from relance.storage.transitions import Claim
from tests.services.firm import SmallFirm

NOW = datetime(2026, 6, 8, 9, 30, tzinfo=UTC)
MONDAY = date(2026, 6, 8)


def mark(session: Session, address: str, until: date | None = None) -> None:
    bad_addresses.mark(session, address, code="test", until=until, now=NOW)


def until_of(session: Session, address: str) -> date | None:
    return session.get_one(BadAddress, address).until


@pytest.fixture
def engine(firm: SmallFirm) -> Engine:
    return firm.engine


def test_an_address_is_known_whatever_its_capitals_and_the_name_before_it(engine: Engine) -> None:
    with db.writing(engine) as session:
        mark(session, "Claire <Compta@Client.example>")
        assert bad(session, MONDAY) == {"compta@client.example"}
        assert bad_addresses.forgive(session, ["COMPTA@client.example "]) == 1
        assert bad(session, MONDAY) == frozenset()


def test_an_address_left_alone_is_used_again_on_its_day(engine: Engine) -> None:
    with db.writing(engine) as session:
        mark(session, "a@x.example", until=date(2026, 6, 10))
        assert [bad(session, date(2026, 6, day)) for day in (9, 10)] == [{"a@x.example"}, frozenset()]
        assert bad(session, None) == {"a@x.example"}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        pytest.param(None, date(2026, 7, 1), None, id="the dead stay dead"),
        pytest.param(date(2026, 7, 1), None, None, id="what was left alone can die"),
        pytest.param(date(2026, 7, 1), date(2026, 6, 9), date(2026, 7, 1), id="the longer pause holds"),
        pytest.param(date(2026, 6, 9), date(2026, 7, 1), date(2026, 7, 1), id="a pause grows"),
    ],
)
def test_a_second_mark_never_weakens_the_first(
    engine: Engine, before: date | None, after: date | None, kept: date | None
) -> None:
    with db.writing(engine) as session:
        mark(session, "a@x.example", before)
        mark(session, "a@x.example", after)
        assert until_of(session, "a@x.example") == kept


@pytest.mark.parametrize("nothing", ["", "  ", "<>", "Claire <>"])
def test_nothing_is_no_address(engine: Engine, nothing: str) -> None:
    with db.writing(engine) as session:
        mark(session, nothing)
        assert session.scalars(select(BadAddress)).all() == []


def test_an_endless_answer_is_kept_short(engine: Engine) -> None:
    with db.writing(engine) as session:
        bad_addresses.mark(session, "a@x.example", code="c", detail="é" * 100_000, now=NOW)
        assert len(session.get_one(BadAddress, "a@x.example").detail) == bad_addresses.LONGEST_DETAIL


def test_more_addresses_than_one_query_takes_are_looked_up(engine: Engine) -> None:
    addresses = [f"c{number}@x.example" for number in range(1_200)]
    with db.writing(engine) as session:
        for address in addresses:
            session.add(BadAddress(address=address, marked_at=NOW))
        assert len(bad_addresses.lookup(session, addresses)) == 1_200
        assert bad_addresses.forgive(session, addresses) == 1_200


def test_the_firms_own_addresses_are_unusable(firm: SmallFirm) -> None:
    with db.writing(firm.engine) as session:
        account = session.get_one(MailAccount, 1)
        account.sender, account.username, account.reply_to = (
            "Bonnet <Envoi@bonnet.example>",
            "login",
            "r@bonnet.example",
        )
        assert unusable(session, the_firm(session), MONDAY) == {
            "claire@bonnet.example",
            "envoi@bonnet.example",
            "r@bonnet.example",
        }


def fail(firm: SmallFirm, *dead: str, code: str = "smtp.recipient_refused") -> None:
    """The one message of the firm is refused for good."""
    with db.writing(firm.engine) as session:
        message = firm.messages()[0]
        error = DeliveryFailed(code, Fate.FAIL, "550 no", bad_addresses=dead)
        claim = Claim(message.id, "o", 1)
        row = session.merge(message)
        row.state, row.owner, row.attempt = MessageState.CLAIMED, "o", 1
        row.recipients = ["a@x.example", "b@x.example"]
        session.flush()
        outcomes.record(session, outcomes.Failure(claim, MessageState.CLAIMED, error), NOW)


@pytest.mark.parametrize(
    ("dead", "stuck"),
    [
        pytest.param((), True, id="the message itself is refused"),
        pytest.param(("a@x.example",), True, id="one of two is dead: the other refuses for another reason"),
        pytest.param(("A@x.example", "b@x.example"), False, id="all are dead: the next goes elsewhere or nowhere"),
    ],
)
def test_a_message_refused_for_good_is_not_tried_for_ever(firm: SmallFirm, dead: tuple[str, ...], stuck: bool) -> None:
    firm.customer("A", "a@x.example", "b@x.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    fail(firm, *dead)
    assert (firm.find("F-1").failed_step is not None) is stuck
    with db.reading(firm.engine) as session:
        assert bad(session, MONDAY) == {address.lower() for address in dead}


def test_of_a_message_that_others_got_only_the_dead_are_marked(firm: SmallFirm) -> None:
    firm.customer("A", "a@x.example")
    firm.invoice("F-1", "A", days_late=8)
    firm.run()
    refusals = [Refusal("A@x.example", 550, "5.1.1 unknown", dead=True), Refusal("b@x.example", 550, "5.7.1 policy")]
    with db.writing(firm.engine) as session:
        outcomes.note_refused(session, firm.messages()[0].id, refusals, NOW)
        [row] = session.scalars(select(BadAddress))
        assert (row.address, row.detail, row.message_id) == ("a@x.example", "550 5.1.1 unknown", firm.messages()[0].id)
