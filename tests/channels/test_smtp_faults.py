"""A real server that refuses, drops or keeps silent at each verb (RELIABILITY 3.3)."""

import pytest

from relance.domain.delivery import Fate
from tests.channels.builders import a_message
from tests.channels.sending import Marks, failure, send
from tests.channels.smtp_server import ACCEPT, DROP, IMPATIENT, SILENCE, SmtpServer

TWO = a_message(to=("one@x.example", "two@x.example"))

# verb, answer, code, fate, whether `transmitting` was committed
ANSWERS = [
    ("BANNER", "421 4.3.2 busy", "smtp.not_available", Fate.REQUEUE, 0),
    ("BANNER", "554 5.7.1 listed", "smtp.not_available", Fate.REQUEUE, 0),
    ("EHLO", "421 4.3.2 busy", "smtp.not_available", Fate.REQUEUE, 0),
    ("EHLO", "550 5.7.1 no", "smtp.not_available", Fate.REQUEUE, 0),
    ("MAIL", "451 4.7.1 later", "smtp.sender_deferred", Fate.DEFER, 0),
    ("MAIL", "421 4.7.0 closing", "smtp.sender_deferred", Fate.DEFER, 0),
    ("MAIL", "550 5.7.1 not you", "smtp.sender_refused", Fate.HOLD, 0),
    ("MAIL", "450 Mail send limit exceeded", "smtp.quota", Fate.REQUEUE, 0),
    ("RCPT", "451 4.7.1 greylisted", "smtp.recipient_deferred", Fate.DEFER, 0),
    ("RCPT", "421 4.7.0 closing", "smtp.recipient_deferred", Fate.DEFER, 0),
    ("RCPT", "550 5.1.1 unknown", "smtp.recipient_refused", Fate.FAIL, 0),
    ("RCPT", "552 5.2.2 full", "smtp.mailbox_unavailable", Fate.FAIL, 0),
    ("RCPT", "550 5.7.1 policy", "smtp.policy", Fate.FAIL, 0),
    ("RCPT", "432 4.3.2 slow down", "smtp.quota", Fate.REQUEUE, 0),
    ("RCPT", "550 5.1.90 daily limit", "smtp.quota", Fate.REQUEUE, 0),
    ("DATA", "451 4.3.0 later", "smtp.message_deferred", Fate.DEFER, 1),
    ("DATA", "421 4.3.0 closing", "smtp.message_deferred", Fate.DEFER, 1),
    ("DATA", "554 5.5.1 no", "smtp.message_refused", Fate.FAIL, 1),
    ("DATA", "250 what", "smtp.protocol", Fate.DEFER, 1),
    ("DOT", "451 4.3.0 later", "smtp.message_deferred", Fate.DEFER, 1),
    ("DOT", "421 4.3.2 closing", "smtp.message_deferred", Fate.DEFER, 1),
    ("DOT", "554 5.7.1 spam", "smtp.message_refused", Fate.FAIL, 1),
    ("DOT", "554 5.2.0 Submission quota exceeded", "smtp.quota", Fate.REQUEUE, 1),
    ("DOT", "550 5.4.5 daily limit", "smtp.quota", Fate.REQUEUE, 1),
    ("DOT", "354 what", "smtp.no_answer", Fate.UNKNOWN, 1),
]

# verb, code, fate, mails the server kept all the same
BREAKS = [
    ("BANNER", "smtp.not_available", Fate.REQUEUE, 0),
    ("EHLO", "smtp.not_available", Fate.REQUEUE, 0),
    ("MAIL", "smtp.connection_lost", Fate.DEFER, 0),
    ("RCPT", "smtp.connection_lost", Fate.DEFER, 0),
    ("DATA", "smtp.connection_lost", Fate.DEFER, 0),
    ("TEXT", "smtp.no_answer", Fate.UNKNOWN, 0),
    ("DOT", "smtp.no_answer", Fate.UNKNOWN, 1),
]


@pytest.mark.parametrize(("verb", "answer", "code", "fate", "marked"), ANSWERS)
def test_a_refusal_has_the_outcome_of_the_table(verb: str, answer: str, code: str, fate: Fate, marked: int) -> None:
    marks = Marks()
    with SmtpServer() as server:
        server.script(verb, answer)
        failed = failure(server.account(), marks=marks)
    assert (failed.code, failed.fate, marks.count) == (code, fate, marked)
    assert failed.detail == answer
    assert server.mails == []


@pytest.mark.parametrize(("verb", "code", "fate", "kept"), BREAKS)
def test_a_dropped_connection_has_the_outcome_of_the_table(verb: str, code: str, fate: Fate, kept: int) -> None:
    with SmtpServer() as server:
        server.script(verb, DROP)
        failed = failure(server.account())
        assert (failed.code, failed.fate, len(server.mails)) == (code, fate, kept)


@pytest.mark.parametrize(("verb", "code", "fate", "kept"), BREAKS)
def test_a_silent_server_has_the_outcome_of_the_table(verb: str, code: str, fate: Fate, kept: int) -> None:
    with SmtpServer() as server:
        server.script(verb, SILENCE)
        failed = failure(server.account(timeouts=IMPATIENT))
        assert (failed.code, failed.fate, len(server.mails)) == (code, fate, kept)
        assert "timed out" in failed.detail


@pytest.mark.parametrize(
    ("verb", "answer"),
    [(verb, answer) for verb, answer, *_ in ANSWERS if verb not in ("BANNER", "EHLO")]
    + [(verb, DROP) for verb, *_ in BREAKS],
)
def test_the_next_message_leaves_after_any_failure(verb: str, answer: str) -> None:
    with SmtpServer() as server:
        server.script(verb, answer)
        channel = server.channel()
        failure(channel)
        kept = len(server.mails)
        send(channel)
        channel.close()
        assert len(server.mails) == kept + 1


@pytest.mark.parametrize(("verb", "answer"), [(verb, a) for verb, a, *_ in ANSWERS if a.startswith("421")])
def test_421_ends_the_connection(verb: str, answer: str) -> None:
    with SmtpServer() as server:
        server.script(verb, answer)
        channel = server.channel()
        failure(channel)
        send(channel)
        channel.close()
        assert server.connections == 2


@pytest.mark.parametrize("farewell", ["451 4.3.0 what", "421 4.3.2 closing", DROP, SILENCE])
def test_an_accepted_message_is_sent_whatever_happens_at_quit(farewell: str) -> None:
    with SmtpServer() as server:
        server.script("QUIT", farewell)
        channel = server.channel(timeouts=IMPATIENT)
        receipt = send(channel)
        channel.close()
        assert receipt.response == "250 2.0.0 kept"
        assert len(server.mails) == 1


def test_one_refused_recipient_of_two_is_named_in_the_receipt() -> None:
    with SmtpServer() as server:
        server.script("RCPT", "550 5.1.1 unknown")
        receipt = send(server.channel(), TWO)
        [refused] = receipt.refused
        assert (refused.address, refused.code, refused.text) == ("one@x.example", 550, "5.1.1 unknown")
        assert server.mails[0].recipients == ("two@x.example",)


def test_a_deferred_recipient_of_two_is_named_in_the_receipt() -> None:
    with SmtpServer() as server:
        server.script("RCPT", ACCEPT, "451 4.7.1 greylisted")
        receipt = send(server.channel(), a_message(cc=("chef@x.example",)))
        assert [(refused.address, refused.code) for refused in receipt.refused] == [("chef@x.example", 451)]


def test_recipients_all_refused_for_good_fail_and_those_that_do_not_exist_are_named() -> None:
    with SmtpServer() as server:
        server.script("RCPT", "550 5.1.1 unknown", "552 5.2.2 full")
        failed = failure(server.account(), TWO)
    assert (failed.fate, failed.bad_addresses) == (Fate.FAIL, ("one@x.example",))
    assert failed.detail == "550 5.1.1 unknown; 552 5.2.2 full"


def test_recipients_all_refused_but_one_for_now_are_tried_again() -> None:
    with SmtpServer() as server:
        server.script("RCPT", "550 5.1.1 unknown", "451 4.7.1 greylisted")
        failed = failure(server.account(), TWO)
    assert (failed.code, failed.fate) == ("smtp.recipient_deferred", Fate.DEFER)
    assert failed.bad_addresses == ("one@x.example",)


def test_a_reminder_that_would_only_reach_its_copies_does_not_leave() -> None:
    marks = Marks()
    with SmtpServer() as server:
        server.script("RCPT", "451 4.7.1 greylisted", ACCEPT)
        failed = failure(server.account(), a_message(bcc=("archives@durand.example",)), marks)
        assert (failed.fate, marks.count, server.mails) == (Fate.DEFER, 0, [])
        assert "RSET" in server.verbs


def test_421_at_a_second_recipient_defers_the_whole_message() -> None:
    marks = Marks()
    with SmtpServer() as server:
        server.script("RCPT", ACCEPT, "421 4.7.0 closing")
        failed = failure(server.account(), TWO, marks)
    assert (failed.fate, marks.count) == (Fate.DEFER, 0)


def test_a_message_bigger_than_the_server_takes_fails_before_it_leaves() -> None:
    with SmtpServer(size_limit=1000) as server:
        failed = failure(server.account(), a_message(text="x" * 2000))
        assert (failed.code, failed.fate) == ("smtp.too_big", Fate.FAIL)
        assert "MAIL" not in server.verbs
