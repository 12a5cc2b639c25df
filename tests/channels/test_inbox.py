"""Reading a mailbox of a real IMAP server: nothing missed, nothing twice, nothing changed."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from relance.channels.email.account import Security
from relance.channels.inbox import (
    InboxFailed,
    InboxTimeouts,
    Place,
    check_inbox,
    file_away,
    find_sent,
    read_new,
)
from relance.domain.delivery import DeliveryFailed, Fate
from tests.channels.dovecot_server import PASSWORD, DovecotServer
from tests.channels.raw_server import Talk, answers, raw_server

LONG_AGO = date(2020, 1, 1)
IN_FULL = (Security.NONE, Security.STARTTLS, Security.TLS)


def a_mail(subject: str, body: str = "x", **headers: str) -> bytes:
    lines = [
        f"Subject: {subject}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        "",
        body,
    ]
    return "\r\n".join((*lines, "")).encode()


@pytest.fixture(scope="module")
def shared() -> Iterator[DovecotServer]:
    """For what changes nothing; its inbox holds three mails."""
    with DovecotServer() as server:
        server.put(a_mail("un"), a_mail("deux", "é" * 50_000), a_mail("trois"))
        sent = (
            a_mail("r1", X_Relance_Id="7f3a9c"),
            a_mail("r2", Message_ID="<b42@dupont.fr>"),
            a_mail("r3", X_Relance_Id="7f"),
        )
        server.put(*sent, folder="Sent")
        yield server


@pytest.fixture
def server() -> Iterator[DovecotServer]:
    with DovecotServer() as one:
        yield one


def subjects(batch_mails: tuple[object, ...]) -> list[str]:
    return [str(getattr(mail, "raw", b"").split(b"\r\n")[0][9:], "ascii") for mail in batch_mails]


@pytest.mark.parametrize("security", IN_FULL)
def test_everything_is_read_in_order_and_no_flag_changes(shared: DovecotServer, security: Security) -> None:
    before = shared.flags()
    batch = read_new(shared.account(security=security), None, first_day=LONG_AGO)
    assert subjects(batch.mails) == ["un", "deux", "trois"]
    assert [mail.uid for mail in batch.mails] == [1, 2, 3]
    assert (batch.place.last_uid, batch.more, batch.restarted) == (3, False, False)
    assert shared.flags() == before
    assert all("\\Seen" not in flags for flags in before.values())


def test_the_next_reading_goes_on_where_the_last_ended(server: DovecotServer) -> None:
    server.put(a_mail("un"))
    first = read_new(server.account(), None, first_day=LONG_AGO)
    assert read_new(server.account(), first.place, first_day=LONG_AGO).mails == ()
    server.put(a_mail("deux"))
    second = read_new(server.account(), first.place, first_day=LONG_AGO)
    assert subjects(second.mails) == ["deux"]
    assert read_new(server.account(), second.place, first_day=LONG_AGO).place == second.place


def test_the_first_reading_starts_on_the_given_day(server: DovecotServer) -> None:
    with server.box() as box:
        box.append(a_mail("vieux"), dt=datetime(2026, 10, 1, 12, tzinfo=UTC))
        box.append(a_mail("neuf"), dt=datetime(2026, 11, 8, 12, tzinfo=UTC))
    batch = read_new(server.account(), None, first_day=date(2026, 11, 1))
    assert subjects(batch.mails) == ["neuf"]
    assert read_new(server.account(), batch.place, first_day=LONG_AGO).mails == ()


def test_an_empty_mailbox_is_read_to_its_end(server: DovecotServer) -> None:
    batch = read_new(server.account(), None, first_day=LONG_AGO)
    assert (batch.mails, batch.place.last_uid, batch.more) == ((), 0, False)
    server.put(a_mail("un"))
    assert subjects(read_new(server.account(), batch.place, first_day=LONG_AGO).mails) == ["un"]


def test_a_deleted_mail_leaves_no_gap_to_fall_into(server: DovecotServer) -> None:
    server.put(a_mail("un"), a_mail("deux"))
    with server.box() as box:
        box.delete("2")
    batch = read_new(server.account(), None, first_day=LONG_AGO)
    assert (subjects(batch.mails), batch.place.last_uid) == (["un"], 2)
    server.put(a_mail("trois"))
    assert subjects(read_new(server.account(), batch.place, first_day=LONG_AGO).mails) == ["trois"]


def test_a_batch_has_an_end_and_says_that_there_is_more(shared: DovecotServer) -> None:
    first = read_new(shared.account(), None, first_day=LONG_AGO, most_mails=2)
    assert (subjects(first.mails), first.place.last_uid, first.more) == (["un", "deux"], 2, True)
    rest = read_new(shared.account(), first.place, first_day=LONG_AGO, most_mails=2)
    assert (subjects(rest.mails), rest.more) == (["trois"], False)


def test_of_a_large_mail_the_beginning_is_read(shared: DovecotServer) -> None:
    batch = read_new(shared.account(), None, first_day=LONG_AGO, most_bytes=1_000)
    large = batch.mails[1]
    assert (len(large.raw), large.size > 100_000, large.is_cut) == (1_000, True, True)
    assert not batch.mails[0].is_cut


def test_a_folder_whose_numbers_began_anew_is_read_again_from_the_first_day(server: DovecotServer) -> None:
    server.put(a_mail("un"))
    first = read_new(server.account(), None, first_day=LONG_AGO)
    server.renumber()
    again = read_new(server.account(), replace(first.place, last_uid=900), first_day=LONG_AGO)
    assert (subjects(again.mails), again.restarted, again.place) == (["un"], True, Place(4242, 1))


def test_an_access_token_signs_in(shared: DovecotServer) -> None:
    account = shared.account(password="", token=shared.token)
    assert len(read_new(account, None, first_day=LONG_AGO).mails) == 3


def test_mails_are_filed_away_where_the_user_said(server: DovecotServer) -> None:
    server.put(a_mail("un"), a_mail("deux"))
    server.put(folder="Relances traitées")
    account = server.account(done_folder="Relances traitées")
    batch = read_new(account, None, first_day=LONG_AGO)
    with server.box() as box:
        box.client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")  # by the user, who has not tidied up yet
    file_away(account, [1], batch.place)
    assert server.flags() == {"deux": ("\\Deleted",)}
    assert list(server.flags("Relances traitées")) == ["un"]


def test_nothing_is_moved_under_other_numbers_or_to_nowhere(server: DovecotServer) -> None:
    server.put(a_mail("un"))
    account = server.account(done_folder="Absent")
    place = read_new(account, None, first_day=LONG_AGO).place
    with pytest.raises(InboxFailed, match=r"inbox\.folder_unknown"):
        file_away(account, [1], place)
    with pytest.raises(InboxFailed, match=r"inbox\.protocol"):
        file_away(account, [1], replace(place, uidvalidity=place.uidvalidity + 1))
    with pytest.raises(ValueError, match="folder"):
        file_away(server.account(), [1], place)
    assert list(server.flags()) == ["un"]


@pytest.mark.parametrize(
    ("uid", "message_id", "found"),
    [
        ("7f3a9c", "nowhere@dupont.fr", True),
        ("nowhere", "<b42@dupont.fr>", True),
        ("7f", "", True),
        ("7f3a", "b42", False),  # a search finds parts of words
        ("nowhere", "nowhere@dupont.fr", False),
        ('" OR ALL "', '"\\\r\nA1 DELETE INBOX', None),
        ("", "", None),
    ],
)
def test_a_message_is_looked_for_among_the_sent(
    shared: DovecotServer, uid: str, message_id: str, found: bool | None
) -> None:
    assert find_sent(shared.account(), uid=uid, message_id=message_id) is found


@pytest.mark.parametrize("folder", ["Éléments envoyés", "Messages envoyés", "INBOX/Sent Items", "Gesendete Objekte"])
def test_a_folder_of_sent_mails_is_known_by_its_usual_names(folder: str) -> None:
    with DovecotServer(sent=False) as server:
        assert find_sent(server.account(), uid="7f3a9c", message_id="") is None
        server.put(a_mail("r1", X_Relance_Id="7f3a9c"), folder=folder)
        assert find_sent(server.account(), uid="7f3a9c", message_id="") is True
        assert check_inbox(server.account()).sent_folder == folder


def test_a_check_tells_what_is_there(shared: DovecotServer) -> None:
    state = check_inbox(shared.account())
    assert (sorted(state.folders), state.mails, state.sent_folder) == (["INBOX", "Sent"], 3, "Sent")
    assert check_inbox(shared.account(folder="Sent")).mails == 3


def _refused_token() -> str:
    raise DeliveryFailed("oauth.not_signed_in", Fate.HOLD)


def _no_network_for_a_token() -> str:
    raise DeliveryFailed("oauth.unreachable", Fate.REQUEUE, "no network")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong"}, "inbox.auth_refused"),
        ({"username": 'a" b\r\nX LOGOUT'}, "inbox.auth_refused"),
        ({"token": lambda: "wrong"}, "inbox.auth_refused"),
        ({"token": _refused_token}, "inbox.auth_refused"),
        ({"token": _no_network_for_a_token}, "inbox.unreachable"),
        ({"folder": "Rien"}, "inbox.folder_unknown"),
        ({"folder": 'a"\r\nb'}, "inbox.folder_unknown"),
        ({"done_folder": "Rien"}, "inbox.folder_unknown"),
        ({"security": Security.TLS, "cafile": None}, "inbox.tls_failed"),
        ({"security": Security.STARTTLS, "cafile": None}, "inbox.tls_failed"),
        ({"security": Security.TLS, "host": "127.0.0.2"}, "inbox.unreachable"),
        ({"host": "no-such-host.invalid"}, "inbox.unreachable"),
        ({"host": "a" * 300}, "inbox.unreachable"),
        ({"port": 1}, "inbox.unreachable"),
        ({"port": 99_999}, "inbox.unreachable"),
    ],
)
def test_every_failure_has_its_code(shared: DovecotServer, changes: dict[str, object], code: str) -> None:
    with pytest.raises(InboxFailed) as failure:
        check_inbox(shared.account(**changes))
    assert failure.value.code == code
    assert PASSWORD not in str(failure.value)


GREETING = b"* OK ready\r\n"


def _says_only(words: bytes) -> Talk:
    def talk(connection: socket.socket) -> None:
        connection.sendall(words)
        while connection.recv(1_000):
            pass

    return talk


def _flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"*" * 100_000)


@pytest.mark.parametrize(
    ("talk", "security", "code"),
    [
        (answers(b"220 smtp ready\r\n"), Security.NONE, "inbox.protocol"),
        (answers(b"* BYE overloaded\r\n"), Security.NONE, "inbox.unreachable"),
        (answers(b"\xff\x00\xfe\r\n"), Security.NONE, "inbox.protocol"),
        (answers(b""), Security.NONE, "inbox.unreachable"),
        (answers(GREETING), Security.NONE, "inbox.unreachable"),
        (answers(b"* OK {99999999999}\r\n"), Security.NONE, "inbox.protocol"),
        (_says_only(b"not TLS at all\r\n"), Security.TLS, "inbox.tls_failed"),
        (answers(GREETING, b"* CAPABILITY IMAP4rev1\r\nAAAA0 OK\r\n"), Security.STARTTLS, "inbox.protocol"),
        (_flood, Security.NONE, "inbox.protocol"),
    ],
)
def test_a_server_that_speaks_otherwise_is_left(
    shared: DovecotServer, talk: Talk, security: Security, code: str
) -> None:
    with raw_server(talk) as port, pytest.raises(InboxFailed) as failure:
        check_inbox(replace(shared.account(security=security), port=port))
    assert failure.value.code == code


def test_a_silent_server_is_left_at_the_deadline(shared: DovecotServer) -> None:
    hasty = InboxTimeouts(connect=0.2, whole=0.1, farewell=0.1)
    with raw_server(_says_only(GREETING)) as port, pytest.raises(InboxFailed) as failure:
        check_inbox(replace(shared.account(timeouts=hasty), port=port))
    assert failure.value.code == "inbox.unreachable"
