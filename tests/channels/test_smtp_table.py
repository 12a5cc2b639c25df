"""RELIABILITY 3.3 as a whole: every kind of answer and of silence, at every step, against what the table says."""

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from relance.channels.email import Security, Timeouts
from relance.domain.delivery import Fate
from tests.channels import dialogue
from tests.channels.dialogue import Act, Dialogue, answer, then_drop
from tests.channels.raw_server import raw_server
from tests.channels.sending import Marks, failure, send
from tests.channels.smtp_server import SmtpServer

LONGEST_WAIT = 660.0  # seconds: no exchange may take longer
PATIENT = Timeouts(connect=10, command=10, data=10, final=10, farewell=1)
HURRIED = Timeouts(connect=10, command=1.0, data=1.0, final=1.0, farewell=0.2)

REQUEUE, HOLD, DEFER, FAIL, UNKNOWN = Fate.REQUEUE, Fate.HOLD, Fate.DEFER, Fate.FAIL, Fate.UNKNOWN


@dataclass(frozen=True)
class Row:
    """What the table says of one step: of no answer, of 4xx, of 5xx, and of answers that have a line of their own."""

    lost: tuple[str, Fate]
    temporary: tuple[str, Fate]
    permanent: tuple[str, Fate]
    others: Mapping[str, tuple[str, Fate]] = field(default_factory=dict)


def opening(lost: str, refused: str) -> Row:
    return Row((lost, REQUEUE), (refused, REQUEUE), (refused, REQUEUE))


MESSAGE = (("smtp.message_deferred", DEFER), ("smtp.message_refused", FAIL))
CONTENT = {
    "552 5.3.4 too big": ("smtp.too_big", FAIL),
    "554 5.2.0 SendAsDenied": ("smtp.sender_refused", HOLD),
    "554 5.2.2 mailbox full": ("smtp.sender_mailbox_full", HOLD),
    "550 5.7.1 spam": ("smtp.message_refused", FAIL),
}
TABLE = {
    "BANNER": opening("smtp.not_available", "smtp.not_available"),
    "EHLO": opening("smtp.not_available", "smtp.not_available"),
    "STARTTLS": opening("smtp.tls_failed", "smtp.tls_refused"),
    "AUTH": Row(
        ("smtp.auth_unavailable", REQUEUE),
        ("smtp.auth_unavailable", REQUEUE),
        ("smtp.auth_refused", HOLD),
        {
            "530 5.7.0 Must issue a STARTTLS command first": ("smtp.encryption_required", HOLD),
            "534 5.7.9 Application-specific password required": ("smtp.app_password_required", HOLD),
            "535 5.7.8 bad credentials": ("smtp.auth_refused", HOLD),
            "535 5.7.3 Authentication unsuccessful": ("smtp.auth_unsuccessful", HOLD),
            "550 5.7.30 Basic authentication is not supported": ("smtp.password_sign_in_off", HOLD),
            "535 5.7.139 basic authentication is disabled": ("smtp.password_sign_in_off", HOLD),
            "535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox": ("smtp.submission_off", HOLD),
            "454 4.7.0 Temporary authentication failure": ("smtp.auth_unavailable", REQUEUE),
        },
    ),
    "MAIL": Row(
        ("smtp.connection_lost", DEFER),
        ("smtp.sender_deferred", DEFER),
        ("smtp.sender_refused", HOLD),
        {
            "530 5.7.0 Authentication required": ("smtp.auth_required", HOLD),
            "552 5.3.4 Message size exceeds fixed limit": ("smtp.too_big", FAIL),
            "552 5.2.2 Mailbox full": ("smtp.sender_mailbox_full", HOLD),
        },
    ),
    "RCPT": Row(
        ("smtp.connection_lost", DEFER),
        ("smtp.recipient_deferred", DEFER),
        ("smtp.recipient_refused", FAIL),
        {
            "551 5.1.6 moved": ("smtp.recipient_refused", FAIL),
            "553 5.1.3 syntax": ("smtp.recipient_refused", FAIL),
            "550 no such user": ("smtp.recipient_refused", FAIL),
            "552 5.2.2 full": ("smtp.mailbox_unavailable", FAIL),
            "550 5.7.1 policy": ("smtp.policy", FAIL),
            "554 5.7.1 relay access denied": ("smtp.relay_denied", FAIL),
        },
    ),
    "DATA": Row(("smtp.connection_lost", DEFER), *MESSAGE, CONTENT),
    "TEXT": Row(("smtp.no_answer", UNKNOWN), *MESSAGE),
    "DOT": Row(("smtp.no_answer", UNKNOWN), *MESSAGE, CONTENT),
}

TEMPORARY = ("450 4.2.0 later", "451 4.7.1 greylisted", "452 4.3.1 no room", "421 4.3.2 closing", "451 later")
PERMANENT = ("550 5.1.1 no", "553 no")
# No provider says the same.
QUOTAS = (
    "450 Requested mail action not taken: Mail send limit exceeded.",
    "432 4.3.2 Concurrent connections limit exceeded",
    "550 5.1.90 You've reached your daily limit for message recipients",
    "550 5.7.233 your tenant has exceeded its daily limit",
    "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
    "550 5.4.5 Daily user sending limit exceeded",
    "554 5.7.0 The limit on the number of allowed outgoing messages was exceeded.",
    "550 sorry, too many emails (#5.7.1)",
)
BREAKS: dict[str, Act] = {
    "drop": dialogue.drop,
    "silence": dialogue.silence,
    "tarpit": dialogue.tarpit,
    "half a line": then_drop(b"250 o"),
    "half an answer": then_drop(b"250-one\r\n250-two\r\n"),
    "a line without end": then_drop(b"250 " + b"x" * 20_000),
    "an answer without end": dialogue.endless,
}
# Neither yes nor no, whatever the step: the connection is of no more use.
ODD: dict[str, Act] = {
    "gibberish": answer("what?"),
    "an empty line": answer(""),
    "a code too short": answer("25 ok"),
    "a code too long to be one": answer("999 ok"),
    "two codes in one answer": answer("550-no\r\n250 yes"),
    "eight bits": answer("\xff\xfe\x00"),
}
HANDED_OVER = ("DATA", "TEXT", "DOT")


@dataclass(frozen=True)
class Case:
    """One thing that happens at one step, and what must come of it; an empty code where the table doesn't say."""

    step: str
    what: str
    act: Act
    code: str
    fate: Fate

    def __str__(self) -> str:
        return f"{self.step}: {self.what}"


def cases() -> Iterator[Case]:
    for step, row in TABLE.items():
        for name, act in BREAKS.items():
            yield Case(step, name, act, *row.lost)
        for name, act in ODD.items():
            fate = row.lost[1] if step != "AUTH" else REQUEUE
            yield Case(step, name, act, "", fate)
        if step == "TEXT":
            continue
        spoken = dict.fromkeys(TEMPORARY, row.temporary) | dict.fromkeys(PERMANENT, row.permanent) | dict(row.others)
        if step not in ("BANNER", "EHLO", "STARTTLS"):
            spoken |= dict.fromkeys(QUOTAS, ("smtp.quota", REQUEUE))
        for text, (code, fate) in spoken.items():
            yield Case(step, text, answer(text), code, fate)


# What is said after 354 and before the body was read is no answer to the body. Seen in time it stops the message;
# seen too late it leaves it unknown.
EARLY = [case for case in cases() if case.step == "TEXT" and case.what not in ("drop", "silence")]
CASES = [case for case in cases() if case not in EARLY]


@dataclass(frozen=True)
class Ending:
    code: str
    fate: Fate
    marks: int
    verbs: tuple[str, ...]
    mails: int


def play(case: Case) -> Ending:
    """Send one message to a server where this happens."""
    encrypted = case.step == "STARTTLS"
    offers = ("STARTTLS", "AUTH PLAIN LOGIN") if encrypted else ("AUTH PLAIN LOGIN",)
    talk, marks = Dialogue({case.step: case.act}, offers), Marks()
    with raw_server(talk) as port:
        account = SmtpServer().account(
            port=port,
            security=Security.STARTTLS if encrypted else Security.NONE,
            username="durand",
            password="s3cret",
            timeouts=HURRIED if case.what in ("silence", "tarpit") else PATIENT,
        )
        failed = failure(account, marks=marks)
    return Ending(failed.code, failed.fate, marks.count, tuple(talk.verbs), len(talk.mails))


@pytest.fixture(scope="module")
def endings() -> dict[Case, Ending]:
    """All at once: most of the time they wait."""
    with ThreadPoolExecutor(24) as pool:
        return dict(zip(CASES, pool.map(play, CASES, timeout=60), strict=True))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_happens_at_a_step_is_what_the_table_says(case: Case, endings: dict[Case, Ending]) -> None:
    ending = endings[case]
    assert ending.fate is case.fate
    assert case.code in ("", ending.code)
    assert ending.marks == (case.step in HANDED_OVER)
    assert ending.mails == (case.step == "DOT")


@pytest.mark.parametrize("case", [case for case in CASES if case.step == "STARTTLS"], ids=str)
def test_nothing_is_said_in_plain_text_where_encryption_failed(case: Case, endings: dict[Case, Ending]) -> None:
    assert set(endings[case].verbs) <= {"EHLO", "STARTTLS", "QUIT"}


@pytest.mark.parametrize("case", EARLY, ids=str)
def test_an_answer_that_comes_before_the_body_is_never_taken_for_the_answer_to_it(case: Case) -> None:
    assert play(case).fate in (DEFER, UNKNOWN)


@pytest.mark.parametrize("way", [dialogue.in_pieces, dialogue.in_eight_bits, dialogue.at_length])
def test_answers_may_be_cut_in_pieces_hold_any_byte_and_be_long(way: object) -> None:
    talk = Dialogue(say=way)  # type: ignore[arg-type]
    with raw_server(talk) as port:
        channel = SmtpServer().channel(port=port, username="u", password="p", timeouts=PATIENT)
        receipt = send(channel)
        channel.close()
    assert receipt.response.startswith("250 ")
    assert receipt.response.isprintable()
    assert len(talk.mails) == 1


@pytest.mark.parametrize("parting", ["drop", "silence", "tarpit", "451 4.3.0 what", "421 closing", "gibberish"])
def test_an_accepted_message_is_sent_whatever_follows(parting: str) -> None:
    act = BREAKS.get(parting) or ODD.get(parting) or answer(parting)
    talk = Dialogue({"QUIT": act})
    with raw_server(talk) as port:
        channel = SmtpServer().channel(port=port, timeouts=HURRIED)
        assert send(channel).response == "250 2.0.0 kept"
        channel.close()
    assert len(talk.mails) == 1


def test_a_connection_dropped_right_after_the_yes_is_a_yes_and_the_next_message_gets_a_new_one() -> None:
    first, second = Dialogue({"DOT": then_drop(b"250 kept\r\n")}), Dialogue()
    with raw_server(first, second) as port:
        channel = SmtpServer().channel(port=port)
        assert send(channel).response == "250 kept"
        send(channel)
        channel.close()
    assert (len(first.mails), len(second.mails)) == (1, 1)


def test_the_second_answer_of_an_lmtp_server_is_not_taken_for_the_next_messages() -> None:
    """One answer for each recipient after the dot: the first is ours, the second would be read at the next MAIL."""
    first, second = Dialogue({"DOT": answer("250 kept\r\n550 5.1.1 not the other")}), Dialogue()
    with raw_server(first, second) as port:
        channel = SmtpServer().channel(port=port)
        send(channel)
        send(channel)
        channel.close()
    assert (first.verbs.count("MAIL"), len(second.mails)) == (1, 1)


def test_an_answer_given_in_advance_is_not_believed() -> None:
    """354 and 250 in one go: nothing was read that could have been accepted."""
    talk, marks = Dialogue({"DATA": answer("354 go\r\n250 kept")}), Marks()
    with raw_server(talk) as port:
        failed = failure(SmtpServer().account(port=port, timeouts=HURRIED), marks=marks)
    assert (failed.code, failed.fate, marks.count) == ("smtp.connection_lost", DEFER, 1)


def test_a_refusal_in_the_middle_of_the_body_is_a_refusal() -> None:
    def refuse(connection: socket.socket) -> bool:
        connection.recv(1000)
        connection.sendall(b"552 5.3.4 too big\r\n")
        connection.shutdown(socket.SHUT_WR)
        dialogue.silence(connection)
        return False

    talk = Dialogue({"TEXT": refuse})
    with raw_server(talk) as port:
        failed = failure(SmtpServer().account(port=port, timeouts=PATIENT))
    assert (failed.code, failed.fate) == ("smtp.too_big", FAIL)


def test_no_exchange_waits_longer_than_eleven_minutes_and_their_sum_less_than_a_claim_lasts() -> None:
    waits = Timeouts()
    one_by_one = (waits.connect, waits.connect, waits.command, waits.command, waits.data, waits.final, waits.farewell)
    kept_connection_found_dead = waits.command + waits.farewell
    assert max(one_by_one) <= LONGEST_WAIT
    assert sum(one_by_one) + kept_connection_found_dead <= 30 * 60


def test_the_table_is_played_whole() -> None:
    assert len(CASES) > 200
    assert {case.step for case in CASES} == set(TABLE)
