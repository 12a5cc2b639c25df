"""A real server that refuses, drops or keeps silent at each verb (RELIABILITY 3.3)."""

import pytest

from relance.domain.delivery import Fate
from tests.channels.builders import a_message
from tests.channels.sending import Marks, failure, send
from tests.channels.smtp_server import ACCEPT, DROP, SmtpServer

TWO = a_message(to=("one@x.example", "two@x.example"))

# One failure of each kind at each verb; what each means is test_smtp_table's.
FAILURES = [
    ("MAIL", "451 4.7.1 later"),
    ("MAIL", "421 4.7.0 closing"),
    ("MAIL", "550 5.7.1 not you"),
    ("RCPT", "451 4.7.1 greylisted"),
    ("RCPT", "421 4.7.0 closing"),
    ("RCPT", "550 5.1.1 unknown"),
    ("RCPT", "432 4.3.2 slow down"),
    ("RCPT", "354 what"),
    ("DATA", "451 4.3.0 later"),
    ("DATA", "421 4.3.0 closing"),
    ("DATA", "250 what"),
    ("DOT", "451 4.3.0 later"),
    ("DOT", "421 4.3.2 closing"),
    ("DOT", "554 5.7.1 spam"),
    ("DOT", "354 what"),
    *((verb, DROP) for verb in ("BANNER", "EHLO", "MAIL", "RCPT", "DATA", "TEXT", "DOT")),
]


@pytest.mark.parametrize(("verb", "answer"), FAILURES)
def test_the_next_message_leaves_after_any_failure(verb: str, answer: str) -> None:
    with SmtpServer() as server:
        server.script(verb, answer)
        channel = server.channel()
        failure(channel)
        kept = len(server.mails)
        send(channel)
        channel.close()
        assert len(server.mails) == kept + 1


@pytest.mark.parametrize(("verb", "answer"), [one for one in FAILURES if one[1].startswith("421")])
def test_421_ends_the_connection(verb: str, answer: str) -> None:
    with SmtpServer() as server:
        server.script(verb, answer)
        channel = server.channel()
        failure(channel)
        send(channel)
        channel.close()
        assert server.connections == 2


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


def test_three_recipients_of_which_two_are_refused_get_one_message_and_each_refusal_is_kept() -> None:
    with SmtpServer() as server:
        server.script("RCPT", "550 5.1.1 unknown", ACCEPT, "452 4.2.2 full")
        receipt = send(server.channel(), a_message(to=("one@x.example", "two@x.example", "three@x.example")))
        assert [(one.address, one.code) for one in receipt.refused] == [
            ("one@x.example", 550),
            ("three@x.example", 452),
        ]
        assert [mail.recipients for mail in server.mails] == [("two@x.example",)]


@pytest.mark.parametrize("answer", ["354 what", "250-a\r\n550 b", "what"])
def test_an_odd_answer_for_one_of_two_recipients_stops_the_message(answer: str) -> None:
    """What follows on such a connection can't be trusted, so it is not a refusal of that address alone."""
    marks = Marks()
    with SmtpServer() as server:
        server.script("RCPT", ACCEPT, answer)
        failed = failure(server.account(), TWO, marks)
        assert (failed.fate, marks.count, server.mails) == (Fate.DEFER, 0, [])


def test_a_quota_used_up_at_the_second_recipient_leaves_the_whole_message_in_the_queue() -> None:
    marks = Marks()
    with SmtpServer() as server:
        server.script("RCPT", ACCEPT, "550 5.1.90 daily limit")
        failed = failure(server.account(), TWO, marks)
        assert (failed.code, failed.fate, marks.count, server.mails) == ("smtp.quota", Fate.REQUEUE, 0, [])


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
