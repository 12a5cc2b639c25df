"""Letters by the postal partner: priced, followed to their end, stopped before printing, found when they were lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from relance.domain.delivery import DeliveryFailed, Postage
from relance.domain.status import MessageState
from relance.services.letters.follow import ask_about, follow
from relance.services.letters.partner import cancel, find, hand_over
from relance.services.refusal import Refused
from relance.storage import db
from relance.storage.models import BadAddress, LetterAccount, Message, News
from tests.channels.postal_server import TEST_KEY, End, Fault, PostalServer, refuses
from tests.channels.smtp_server import SmtpServer
from tests.services.post_room import CLAIRE, PostRoom, a_post_room, a_step


@pytest.fixture
def partner() -> Iterator[PostalServer]:
    with PostalServer() as server:
        yield server


@pytest.fixture
def room(tmp_path: Path, partner: PostalServer) -> Iterator[PostRoom]:
    with SmtpServer() as server:
        room = a_post_room(tmp_path / "data", server, a_step(1, 5), a_step(2, 20))
        room.by_partner(partner)
        room.debtor("ABE")
        room.invoice("F-1", "ABE", days_late=6)
        yield room


def sent(room: PostRoom) -> Message:
    room.run_and_deliver()
    letter = room.letter()
    assert letter.state is MessageState.SENT
    return letter


def told(partner: PostalServer, *statuses: str, **facts: Any) -> None:
    """What the partner says of its newest letter from now on."""
    events = [
        {"status": status, "message": status.title(), "date": f"2026-06-{9 + n:02}T08:00:00Z"}
        for n, status in enumerate(statuses)
    ]
    partner.letters[0].update(tracking_events=events, **facts)


def asked(room: PostRoom) -> int:
    return follow(room.engine, room.settings, lambda: room.now)


def news(room: PostRoom) -> list[tuple[str, str]]:
    with db.reading(room.engine) as session:
        return [(row.kind, row.code) for row in session.scalars(select(News).order_by(News.id))]


def test_what_a_letter_cost_is_kept(room: PostRoom) -> None:
    letter = sent(room)
    assert (letter.price, letter.price_currency, letter.parts, letter.test_mode) == (Decimal("1.45"), "EUR", 2, False)


def test_a_test_key_is_seen_on_each_letter_and_followed_by_nobody(room: PostRoom, partner: PostalServer) -> None:
    room.by_partner(partner, TEST_KEY)
    assert sent(room).test_mode
    assert asked(room) == 0


def test_a_letter_is_asked_about_every_six_hours_until_it_is_delivered(room: PostRoom, partner: PostalServer) -> None:
    sent(room)
    assert [asked(room), asked(room)] == [1, 0]
    told(partner, "PRIS_EN_CHARGE")
    room.sleep(hours=6)
    assert asked(room) == 1
    assert news(room) == [("tracking", "PRIS_EN_CHARGE")]
    told(partner, "PRIS_EN_CHARGE", "DISTRIBUE", price={"total": 1.6})
    room.sleep(hours=6)
    assert asked(room) == 1
    assert news(room) == [("tracking", "DISTRIBUE"), ("delivered", "")]
    assert (room.letter().news, room.letter().price) == ("delivered", Decimal("1.6"))
    room.sleep(hours=60)
    assert asked(room) == 0


def test_a_registered_letter_is_asked_about_until_its_proof_is_there(room: PostRoom, partner: PostalServer) -> None:
    room.account(postage=Postage.REGISTERED)
    sent(room)
    with db.writing(room.engine) as session:
        session.get_one(Message, room.letter().id).postage = "lrar"
    told(partner, "DISTRIBUE")
    assert asked(room) == 1
    told(partner, "DISTRIBUE", delivery_proof="https://files.example/proof.pdf")
    room.sleep(hours=6)
    assert asked(room) == 1
    room.sleep(hours=6)
    assert asked(room) == 0
    with db.reading(room.engine) as session:
        text = session.scalars(select(News.text).where(News.kind == "tracking")).one()
    assert "proof|delivery_proof|https://files.example/proof.pdf" in text


@pytest.mark.parametrize(
    ("statuses", "facts", "code"),
    [
        (["PRIS_EN_CHARGE", "RETOUR_DESTINATAIRE"], {}, "post.returned"),
        ([], {"wrong_address": True}, "post.wrong_address"),
    ],
)
def test_a_letter_that_comes_back_marks_the_address(
    room: PostRoom, partner: PostalServer, statuses: list[str], facts: dict[str, Any], code: str
) -> None:
    sent(room)
    told(partner, *statuses, **facts)
    asked(room)
    assert room.letter().news == "bounced"
    with db.reading(room.engine) as session:
        mark = session.get_one(BadAddress, f"post:{room.customers['ABE']}")
    assert (mark.code, mark.message_id) == (code, room.letter().id)
    assert room.find("F-1").level is None
    room.next_day()
    room.run_and_deliver()
    assert len(room.letters()) == 1
    assert room.find("F-1").unreachable_on == room.today


def test_a_registered_letter_that_nobody_fetched_still_counts(room: PostRoom, partner: PostalServer) -> None:
    """LEGAL 6: what matters is that it was presented."""
    room.account(postage=Postage.REGISTERED)
    sent(room)
    told(partner, "PRIS_EN_CHARGE", "RETOUR_DESTINATAIRE")
    asked(room)
    assert (room.letter().news, room.find("F-1").level) == ("bounced", 1)


def test_a_letter_that_the_partner_could_not_make_reached_nobody(room: PostRoom, partner: PostalServer) -> None:
    sent(room)
    told(partner, error={"message": "bad pdf"})
    asked(room)
    assert room.letter().news == "refused"
    assert (room.find("F-1").level, room.find("F-1").failed_step) == (None, 1)


def test_a_partner_that_is_down_is_asked_later(room: PostRoom, partner: PostalServer) -> None:
    sent(room)
    partner.script("one", Fault(status=503), refuses(404))
    assert asked(room) == 0
    assert asked(room) == 1
    assert news(room) == [("tracking", "post.letter_not_found")]
    room.sleep(hours=7)
    assert asked(room) == 0


def test_twenty_letters_at_once_and_then_the_others(room: PostRoom, partner: PostalServer) -> None:
    for number in range(23):
        room.debtor(f"C{number}")
        room.invoice(f"G-{number}", f"C{number}", days_late=6)
    room.run_and_deliver()
    assert [asked(room), asked(room), asked(room)] == [20, 4, 0]


def test_no_key_asks_nobody(room: PostRoom, partner: PostalServer) -> None:
    sent(room)
    (room.settings.data_dir / "key").unlink()
    assert asked(room) == 0
    with pytest.raises(DeliveryFailed, match=r"post\.no_key"):
        ask_about(room.engine, room.settings, room.letter().id, room.now)


def test_a_letter_can_be_stopped_before_it_is_printed(room: PostRoom, partner: PostalServer) -> None:
    letter = sent(room)
    cancel(room.engine, room.settings, letter.id, by=CLAIRE)
    assert (room.letter().state, room.letter().code, room.letter().decided_by) == (
        MessageState.WITHDRAWN,
        "by_hand",
        CLAIRE,
    )
    assert room.find("F-1").level is None
    assert "delete" in partner.asked
    with pytest.raises(Refused, match="not_with_partner"):
        cancel(room.engine, room.settings, letter.id, by=CLAIRE)


def test_too_late_to_stop_it_changes_nothing(room: PostRoom, partner: PostalServer) -> None:
    letter = sent(room)
    partner.script("delete", refuses(409, "already printed"))
    with pytest.raises(DeliveryFailed, match=r"post\.too_late"):
        cancel(room.engine, room.settings, letter.id, by=CLAIRE)
    assert (room.letter().state, room.find("F-1").level) == (MessageState.SENT, 1)


def lost(room: PostRoom, partner: PostalServer, *, taken: bool) -> Message:
    """A letter whose answer was lost, and whose partner was silent when it was looked for."""
    partner.script("create", Fault(End.RESET, taken=taken))
    partner.script("list", None, Fault(status=503))
    room.run_and_deliver()
    assert room.letter().state is MessageState.UNKNOWN
    return room.letter()


def test_a_letter_of_unknown_fate_is_found_at_the_partners(room: PostRoom, partner: PostalServer) -> None:
    letter = lost(room, partner, taken=True)
    found = find(room.engine, room.settings, letter.id, by=CLAIRE)
    assert found.receipt is not None
    assert (room.letter().state, room.letter().provider_id) == (MessageState.SENT, found.receipt.provider_id)
    assert room.letter().price == Decimal("1.45")
    assert room.find("F-1").level == 1
    with pytest.raises(Refused, match="not_unknown"):
        find(room.engine, room.settings, letter.id, by=CLAIRE)


def test_a_letter_that_the_partner_never_had_stays_a_persons_to_send_again(
    room: PostRoom, partner: PostalServer
) -> None:
    letter = lost(room, partner, taken=False)
    assert find(room.engine, room.settings, letter.id, by=CLAIRE).receipt is None
    assert room.letter().state is MessageState.UNKNOWN


def test_a_letter_is_registered_with_a_receipt_by_a_person_alone(room: PostRoom, partner: PostalServer) -> None:
    room.account(postage=Postage.REGISTERED_RECEIPT)
    sent(room)
    assert partner.forms[0]["postage_type"] == b"prioritaire"


def test_one_that_a_person_let_go_is_registered_as_they_chose(room: PostRoom, partner: PostalServer) -> None:
    room.run()
    with db.writing(room.engine) as session:
        row = session.get_one(Message, room.letter().id)
        row.postage, row.decided_by = "lrar", CLAIRE
    room.deliver()
    assert partner.forms[0]["postage_type"] == b"lrar"
    assert room.letter().tracking.startswith("1A")


def test_letters_that_waited_to_be_printed_can_go_to_the_partner(room: PostRoom, partner: PostalServer) -> None:
    room.account(way="print")
    room.run_and_deliver()
    room.account(way="post")
    with db.writing(room.engine) as session:
        assert hand_over(session, [room.letter().id], by=CLAIRE, now=room.now) == 1
    room.deliver()
    assert room.letter().state is MessageState.SENT
    assert len(partner.forms) == 1


def test_letters_in_a_folder_are_sent_and_not_followed(room: PostRoom) -> None:
    (room.settings.data_dir / "lettres").mkdir()
    room.account(way="folder", folder="lettres")
    letter = sent(room)
    assert letter.provider_id.endswith(".pdf")
    assert (room.settings.data_dir / "lettres" / letter.provider_id).is_file()
    assert asked(room) == 0
    with pytest.raises(Refused, match="not_with_partner"):
        cancel(room.engine, room.settings, letter.id, by=CLAIRE)


def test_after_sixty_days_nobody_is_asked_any_more(room: PostRoom) -> None:
    sent(room)
    room.now += timedelta(days=61)
    assert asked(room) == 0
    with db.reading(room.engine) as session:
        assert session.get_one(LetterAccount, 1).held_code is None


def test_a_slow_partner_is_left_alone_after_a_minute(room: PostRoom, partner: PostalServer) -> None:
    for number in range(3):
        room.debtor(f"C{number}")
        room.invoice(f"G-{number}", f"C{number}", days_late=6)
    room.run_and_deliver()

    def clock() -> datetime:
        room.sleep(seconds=10)
        return room.now

    assert follow(room.engine, room.settings, clock) in (2, 3)
