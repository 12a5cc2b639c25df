"""Letters that a person prints: written when they are printed, the same ever after, none for who has paid."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, MessageState
from relance.services.approvals import take_out
from relance.services.database import the_firm
from relance.services.letters.posted import number_letter
from relance.services.letters.printing import batch_file
from relance.services.refusal import Refused
from relance.storage import db
from tests.channels.letters import objects
from tests.channels.smtp_server import SmtpServer
from tests.services.post_room import PostRoom, a_post_room, a_step, text_of


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PostRoom]:
    with SmtpServer() as server:
        yield a_post_room(tmp_path / "data", server)


def a_room_with_letters(room: PostRoom) -> PostRoom:
    for code, city in (("ZOE", "Lyon"), ("ABE", "Nice"), ("MIA", "Metz")):
        room.debtor(code, city=city)
        room.invoice(f"F-{code}", code, days_late=6)
    room.run_and_deliver()
    return room


def pdf_of(room: PostRoom, batch: str) -> bytes:
    path = batch_file(room.settings.data_dir, batch)
    assert path is not None
    return path.read_bytes()


def take_out_now(room: PostRoom) -> int:
    with db.writing(room.engine) as session:
        return take_out(session, the_firm(session), room.now)


def test_letters_wait_to_be_printed_and_count_for_nothing_meanwhile(room: PostRoom) -> None:
    a_room_with_letters(room)
    assert [(one.state, one.code, one.printed_at) for one in room.letters()] == [
        (MessageState.HELD, TO_PRINT, None)
    ] * 3
    assert room.find("F-ZOE").level is None


def test_a_batch_is_one_file_in_the_order_that_was_asked_for(room: PostRoom) -> None:
    a_room_with_letters(room)
    zoe, abe, mia = (one.id for one in room.letters())
    done = room.print(abe, mia, zoe, part_of=lambda level: f"Niveau {level}", title="Lettres")
    said = text_of(pdf_of(room, done.batch))
    assert done.letters == [abe, mia, zoe]
    assert said.index("Client ABE") < said.index("Client MIA") < said.index("Client ZOE")
    assert all(one.printed_at == room.now for one in room.letters())


def test_printing_is_not_sending(room: PostRoom) -> None:
    a_room_with_letters(room).print()
    assert {one.state for one in room.letters()} == {MessageState.HELD}
    assert not any(reminder.done for one in room.letters() for reminder in room.reminders(one.id))


def test_printed_again_days_later_the_bytes_are_the_same(room: PostRoom) -> None:
    a_room_with_letters(room)
    first = room.print()
    room.next_day(2)
    room.change(name="Autre nom", iban="")
    again = room.print()
    assert again.batch == first.batch
    assert again.again == 3
    assert {one.printed_at for one in room.letters()} == {room.letters()[0].printed_at}


def test_amounts_are_those_of_the_day_it_is_printed(room: PostRoom) -> None:
    room.debtor("ABE")
    invoice = room.invoice("F-1", "ABE", days_late=6, total=100_000)
    room.run_and_deliver()
    room.pay(invoice, 40_000)
    done = room.print()
    assert "600,00" in text_of(pdf_of(room, done.batch))
    [reminder] = room.reminders(room.letter().id)
    assert reminder.amount == 60_000


def test_printed_anew_it_says_the_amounts_of_today(room: PostRoom) -> None:
    room.debtor("ABE")
    invoice = room.invoice("F-1", "ABE", days_late=6, total=100_000)
    room.run_and_deliver()
    before = room.print()
    room.pay(invoice, 40_000)
    assert room.print().batch == before.batch
    anew = room.print(anew=True)
    assert "600,00" in text_of(pdf_of(room, anew.batch))


def test_who_has_paid_gets_no_letter_and_the_reason_is_said(room: PostRoom) -> None:
    a_room_with_letters(room)
    zoe, abe, mia = (one.id for one in room.letters())
    room.pay(room.find("F-ABE").id, 10_000)
    done = room.print(zoe, abe, mia)
    assert done.letters == [zoe, mia]
    assert done.withdrawn == {abe: "paid"}
    assert "ABE" not in text_of(pdf_of(room, done.batch))
    assert room.states()["F-ABE"] is MessageState.WITHDRAWN


def test_what_can_not_be_written_any_more_is_held_and_the_others_are_printed(room: PostRoom) -> None:
    a_room_with_letters(room)
    zoe, abe, mia = (one.id for one in room.letters())
    room.change(address="")
    done = room.print(zoe, abe)
    assert {key: one.code for key, one in done.refused.items()} == dict.fromkeys(
        (zoe, abe), "compose.no_sender_address"
    )
    assert done.batch == ""
    assert [one.code for one in room.letters()] == ["compose.no_sender_address"] * 2 + [TO_PRINT]


def test_a_day_off_is_no_reason_not_to_print(room: PostRoom) -> None:
    a_room_with_letters(room)
    room.change(working_days_only=True)
    room.next_day(6)
    assert room.now.weekday() == 6
    assert len(room.print().letters) == 3


def test_a_number_given_before_stands_on_the_letter(room: PostRoom) -> None:
    room.debtor("ABE")
    room.invoice("F-1", "ABE", days_late=6)
    room.run_and_deliver()
    with db.writing(room.engine) as session:
        number_letter(session, room.letter().id, " 1A 234  567 ")
    said = text_of(pdf_of(room, room.print().batch))
    assert "Lettre recommandée avec avis de réception 1A 234 567" in said
    assert (room.letter().tracking, room.letter().postage) == ("1A 234 567", "lrar")


@pytest.mark.parametrize("number", ["x" * 41, "1A\x00", "<b>", "1A\u2028" + "é", "'; DROP TABLE"])
def test_what_is_no_number_is_refused(room: PostRoom, number: str) -> None:
    room.debtor("ABE")
    room.invoice("F-1", "ABE", days_late=6)
    room.run_and_deliver()
    with pytest.raises(Refused, match="bad_number"), db.writing(room.engine) as session:
        number_letter(session, room.letter().id, number)


def test_letters_of_several_levels_stand_in_parts_with_bookmarks(room: PostRoom) -> None:
    for code, late in (("ABE", 6), ("MIA", 21)):
        room.debtor(code)
        room.invoice(f"F-{code}", code, days_late=late)
    room.run_and_deliver()
    done = room.print(part_of=lambda level: f"Niveau {level}")
    outline = [one for one in objects(pdf_of(room, done.batch)).values() if b"/Parent" in one and b"/Dest" in one]
    assert len(outline) >= 3


def test_nothing_chosen_prints_nothing(room: PostRoom) -> None:
    done = room.print(10**15)
    assert (done.letters, done.batch) == ([], "")
    with pytest.raises(Refused, match="too_many"):
        room.print(*range(501))


@pytest.mark.parametrize("name", ["", "..", "../../relance", "0" * 63, "G" * 64, "0" * 64])
def test_a_batch_is_named_by_its_hash_alone(room: PostRoom, name: str) -> None:
    assert batch_file(room.settings.data_dir, name) is None


def test_a_letter_never_printed_yields_to_the_next_level(room: PostRoom) -> None:
    """Its e-mail left: the step is done, and the program goes on without the letter."""
    both = (ChannelName.EMAIL, ChannelName.LETTER)
    with SmtpServer() as server:
        firm = a_post_room(room.settings.data_dir.parent / "other", server, a_step(1, 5, *both), a_step(2, 20, *both))
        firm.debtor("ABE", "abe@client.example")
        firm.invoice("F-1", "ABE", days_late=6)
        firm.run_and_deliver()
        assert [one.code for one in firm.letters()] == [TO_PRINT]
        firm.next_day(10)
        firm.run_and_deliver()
        assert firm.letter().state is MessageState.HELD
        firm.next_day(5)
        firm.run_and_deliver()
        assert [(one.level, one.state, one.code) for one in firm.letters()] == [
            (1, MessageState.WITHDRAWN, "superseded"),
            (2, MessageState.HELD, TO_PRINT),
        ]
        assert len(server.mails) == 2


def test_a_printed_letter_is_nobodys_but_a_persons(room: PostRoom) -> None:
    a_room_with_letters(room)
    room.print(room.letters()[0].id)
    for one in ("F-ZOE", "F-ABE"):
        room.pay(room.find(one).id, 10_000)
    assert take_out_now(room) == 1
    assert room.states()["F-ZOE"] is MessageState.HELD
    assert room.states()["F-ABE"] is MessageState.WITHDRAWN


def test_a_letter_alone_in_its_step_waits_for_as_long_as_it_takes(room: PostRoom) -> None:
    a_room_with_letters(room)
    room.next_day(60)
    assert take_out_now(room) == 0
    room.run_and_deliver()
    assert {one.state for one in room.letters()} == {MessageState.HELD}
    assert len(room.letters()) == 3


def test_an_e_mail_that_failed_takes_no_letter_with_it(room: PostRoom) -> None:
    both = (ChannelName.EMAIL, ChannelName.LETTER)
    with SmtpServer() as server:
        firm = a_post_room(room.settings.data_dir.parent / "other", server, a_step(1, 5, *both))
        firm.debtor("ABE", "abe@client.example")
        invoice = firm.invoice("F-1", "ABE", days_late=6)
        firm.run_and_deliver()
        with db.writing(firm.engine) as session:
            from relance.storage.models import Invoice

            session.get_one(Invoice, invoice).failed_step = 1
        assert take_out_now(firm) == 0
        assert len(firm.print(firm.letter().id).letters) == 1
