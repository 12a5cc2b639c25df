"""Delivery reports and failure notices: who, why, for good or not, and which message of ours."""

import os
from collections.abc import Iterator
from csv import DictReader
from datetime import UTC, datetime
from pathlib import Path

import pytest

from relance.importers.mail_news import Action, NewsCode, NewsKind, read_news
from tests.importers.mails import OUR_ID, OUR_UID, RETURNED, THEM, failed, mail, plain_notice, report

HARD, SOFT = NewsKind.BOUNCE_HARD, NewsKind.BOUNCE_SOFT

REFUSALS = [
    ("550 5.1.1 <achats@moulin-client.fr>: user unknown", "5.1.1", HARD, NewsCode.USER_UNKNOWN),
    ("550 No such user here", "5.0.0", HARD, NewsCode.USER_UNKNOWN),
    ("450 4.1.1 Recipient address rejected: User unknown in virtual table", "4.1.1", HARD, NewsCode.USER_UNKNOWN),
    ("550-5.1.1 The email account that you tried to reach does not exist.", "5.1.1", HARD, NewsCode.USER_UNKNOWN),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP lookup", "5.1.10", HARD, NewsCode.USER_UNKNOWN),
    ("550 5.4.1 Recipient address rejected: Access denied.", "5.4.1", HARD, NewsCode.USER_UNKNOWN),
    ("550 5.5.0 Requested action not taken: mailbox unavailable", "5.5.0", HARD, NewsCode.USER_UNKNOWN),
    ("554 delivery error: This user doesn't have a yahoo.fr account", "5.0.0", HARD, NewsCode.USER_UNKNOWN),
    ("550 5.1.1 Adresse d au moins un destinataire invalide. OFR_416", "5.1.1", HARD, NewsCode.USER_UNKNOWN),
    ("550 Utilisateur inconnu sur ce serveur", "5.0.0", HARD, NewsCode.USER_UNKNOWN),
    ("550 Empfänger existiert nicht", "5.0.0", HARD, NewsCode.USER_UNKNOWN),
    ("Host or domain name not found. Name service error for name=x.fr type=A: Host not found", "5.4.4", HARD, "domain"),
    ("550 5.4.310 DNS domain moulin-client.fr does not exist", "5.4.310", HARD, NewsCode.DOMAIN_UNKNOWN),
    ("556 5.1.10 Domain moulin-client.fr does not accept mail (nullMX)", "5.1.10", HARD, "any"),
    ("Host not found, try again", "4.4.3", SOFT, NewsCode.EXPIRED),
    ("551 5.1.6 The recipient has moved, please try another address", "5.1.6", HARD, NewsCode.MOVED),
    ("450 Requested mail action not taken: mailbox unavailable", "4.2.0", SOFT, NewsCode.OTHER),
    ("552 5.2.2 Over quota", "5.2.2", SOFT, NewsCode.MAILBOX_FULL),
    ("552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417", "5.1.1", SOFT, NewsCode.MAILBOX_FULL),
    ("452 4.2.2 The email account that you tried to reach is over quota", "4.2.2", SOFT, NewsCode.MAILBOX_FULL),
    ("550 5.2.1 The email account that you tried to reach is disabled", "5.2.1", SOFT, NewsCode.DISABLED),
    ("550 5.2.1 This mailbox has been blocked due to inactivity", "5.2.1", SOFT, NewsCode.DISABLED),
    ("552 5.3.4 Message size exceeds fixed limit", "5.3.4", SOFT, NewsCode.TOO_BIG),
    ("550 Message too large", "5.0.0", SOFT, NewsCode.TOO_BIG),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using Spamhaus", "5.7.1", SOFT, NewsCode.BLOCKED),
    ("550 Adresse IP source bloquee pour incident de spam. OFR006_102", "4.0.0", SOFT, NewsCode.BLOCKED),
    ("550 5.2.0 Mail rejete. Mail rejected. OFR_506", "5.2.0", SOFT, NewsCode.SPAM),
    ("550 5.7.26 This mail is unauthenticated (SPF)", "5.7.26", SOFT, NewsCode.POLICY),
    ("550 5.1.0 Emetteur invalide. Invalid Sender. OFR_415", "5.1.0", SOFT, NewsCode.POLICY),
    ("553 5.1.8 Domain of sender address does not exist", "5.1.8", SOFT, NewsCode.POLICY),
    ("554 5.7.1 <achats@moulin-client.fr>: Relay access denied", "5.7.1", SOFT, NewsCode.POLICY),
    ("550 cannot find your reverse hostname, your IP address is unknown", "5.0.0", SOFT, NewsCode.BLOCKED),
    ("554 5.4.6 Too many hops", "5.4.6", SOFT, NewsCode.LOOP),
    ("421 4.2.1 Service refuse. Veuillez essayer plus tard. LPN006_107", "4.2.1", SOFT, NewsCode.BLOCKED),
    ("connect to mx.moulin-client.fr[192.0.2.9]:25: Connection timed out", "4.4.1", SOFT, NewsCode.EXPIRED),
    ("550 5.1.351 Remote server returned unknown recipient -> 550 user unknown", "5.1.351", SOFT, NewsCode.OTHER),
    ("", "5.1.1", HARD, NewsCode.USER_UNKNOWN),
    ("", "4.1.1", SOFT, NewsCode.EXPIRED),
    ("", "5.7.99", SOFT, NewsCode.POLICY),
    ("", "", SOFT, NewsCode.OTHER),
]


@pytest.mark.parametrize(("diagnostic", "status", "kind", "code"), REFUSALS)
def test_the_words_of_a_refusal_say_whether_the_address_is_dead(
    diagnostic: str, status: str, kind: NewsKind, code: str
) -> None:
    news = read_news(report(failed(diagnostic, status)))
    assert news.kind is kind
    assert code == "any" or code in news.code
    (recipient,) = news.recipients
    assert (recipient.address, recipient.action, recipient.status) == (THEM, Action.FAILED, status)


def test_a_report_leads_back_to_our_message() -> None:
    news = read_news(report(failed("550 5.1.1 user unknown", "5.1.1")))
    assert (news.original_ids, news.relance_ids) == ((OUR_ID,), (OUR_UID,))
    assert news.about == (OUR_ID,)
    assert news.uids == (OUR_UID,)
    assert news.date == datetime(2026, 11, 9, 9, 12, tzinfo=UTC)
    assert news.text == "550 5.1.1 user unknown"
    assert news.message_id == "report-1@mx.relais.fr"


@pytest.mark.parametrize("returned_type", ["text/rfc822-headers", "message/rfc822-headers", "message/global"])
def test_headers_alone_or_cut_short_lead_back_too(returned_type: str) -> None:
    cut = RETURNED[: RETURNED.index("Madame") - 1]
    news = read_news(report(failed("550 user unknown"), returned_type=returned_type, returned=cut))
    assert news.relance_ids == (OUR_UID,)
    assert news.original_ids == (OUR_ID,)


def test_a_returned_message_in_base64_leads_back_too() -> None:
    from base64 import encodebytes

    wrapped = encodebytes(RETURNED.encode()).decode()
    news = read_news(
        report(
            failed("550 user unknown"),
            returned_type="message/rfc822\nContent-Transfer-Encoding: base64",
            returned=wrapped,
        )
    )
    assert news.relance_ids == (OUR_UID,)


def test_each_recipient_of_a_report_has_its_own_fate() -> None:
    news = read_news(
        report(
            failed("550 5.1.1 user unknown", "5.1.1", address="mort@moulin-client.fr"),
            failed("552 5.2.2 mailbox full", "5.2.2", address="plein@moulin-client.fr"),
            failed("250 ok", "2.0.0", action="relayed", address="bon@moulin-client.fr"),
        )
    )
    assert news.kind is HARD
    assert [(one.address, one.kind) for one in news.recipients] == [
        ("mort@moulin-client.fr", HARD),
        ("plein@moulin-client.fr", SOFT),
        ("bon@moulin-client.fr", NewsKind.DELIVERED),
    ]


def test_a_delay_is_no_failure_whatever_it_says() -> None:
    late = failed("450 4.1.1 user unknown", "4.1.1", action="delayed")
    assert read_news(report(late, subject="Delayed Mail (still being retried)")).kind is NewsKind.DELAY


def test_a_report_of_success_is_no_failure() -> None:
    news = read_news(report(failed("250 2.0.0 ok", "2.0.0", action="delivered"), subject="Relais : remis"))
    assert (news.kind, news.code) == (NewsKind.DELIVERED, NewsCode.NONE)


def test_words_about_a_full_disk_outweigh_a_status_that_buries_the_address() -> None:
    news = read_news(report(failed("550 5.1.1 User unknown", "5.1.1"), words="Rejected: not enough disk space"))
    assert (news.kind, news.code) == (SOFT, NewsCode.MAILBOX_FULL)


def test_an_illegible_action_is_a_failure() -> None:
    block = failed("550 5.1.1 user unknown", "5.1.1").replace("Action: failed", "ction: failed")
    assert read_news(report(block)).kind is HARD


def test_a_report_without_recipients_is_read_in_its_words() -> None:
    news = read_news(report(words=f"Host is not responding.\n\nNot delivered to:\n\n   <{THEM}>\n"))
    assert [(one.address, one.code) for one in news.recipients] == [(THEM, NewsCode.EXPIRED)]


NOTICES = [
    (
        "failure notice",
        "MAILER-DAEMON@mx.relais.fr",
        f"Hi. This is the qmail-send program at mx.relais.fr.\n\n<{THEM}>:\n192.0.2.1 does not like recipient.\n"
        "Remote host said: 550 unknown user\nGiving up on 192.0.2.1.\n\n"
        "--- Below this line is a copy of the message.\n\n",
        HARD,
    ),
    (
        "Mail delivery failed: returning message to sender",
        "Mail Delivery System <Mailer-Daemon@relais.fr>",
        "A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n"
        f"The following address(es) failed:\n\n  {THEM}\n    host mx.moulin-client.fr [192.0.2.1]\n"
        "    SMTP error after RCPT TO: 552 mailbox is full\n\n------ This is a copy of the message ------\n\n",
        SOFT,
    ),
    (
        "Warning: message 1tABC-000 delayed 24 hours",
        "Mail Delivery System <Mailer-Daemon@relais.fr>",
        f"The address to which the message has not yet been delivered is:\n\n  {THEM}\n"
        "    Delay reason: 550 unknown user\n"
        "\nNo action is required on your part. Delivery attempts will continue for some time.\n",
        NewsKind.DELAY,
    ),
    (
        "Non remis : Facture F-2026-118",
        "Administrateur système <postmaster@moulin-client.fr>",
        "Votre message n'a pas été remis à certains ou tous les destinataires prévus.\n\n"
        f"Le ou les destinataires suivants ne peuvent pas être joints :\n\n      {THEM} le 09/11/2026 10:12\n"
        "            Le compte de messagerie n'existe pas dans l'organisation.\n\n",
        HARD,
    ),
    (
        "Unzustellbar: Rechnung",
        "postmaster@kunde.de",
        f"Ihre Nachricht konnte nicht zugestellt werden.\n\n{THEM}\nPostfach ist voll.\n\n",
        SOFT,
    ),
    (
        "Delivery Status Notification (Failure)",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "** Address not found **\n\n"
        f"Your message wasn't delivered to {THEM} because the address couldn't be found.\n\n",
        HARD,
    ),
    (
        "Undeliverable message",
        "postmaster@notes.moulin-client.fr",
        f"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{THEM}\n\n"
        "------- Returned Message --------\n",
        HARD,
    ),
    (
        "[Postmaster] Email Delivery Failure",
        "postmaster@passerelle.fr",
        f"An email that you attempted to send to the following address could not be delivered:\n-- {THEM}\n\n"
        "The problem appears to be :\n-- Message rejected by policy\n",
        SOFT,
    ),
    (
        "Returned mail: Host unknown",
        "MAILER-DAEMON@mx.relais.fr",
        f"   ----- The following addresses had permanent fatal errors -----\n<{THEM}>\n\n"
        f"   ----- Transcript of session follows -----\n550 <{THEM}>... Host unknown (host not found)\n\n"
        "   ----- Original message follows -----\n",
        HARD,
    ),
    (
        "DELIVERY FAILURE: User not listed in Domino Directory",
        "Postmaster@moulin-client.fr",
        f"Your message\n\n  Subject: F\n\nwas not delivered to:\n\n  {THEM}\n\nbecause:\n\n  User not listed here\n\n",
        HARD,
    ),
    (
        "Mail delivery failed: returning message to sender",
        "GMX Mailer Daemon <mailer-daemon@relais.de>",
        f'The following addresses\nfailed:\n\n"{THEM}":\nmailbox is full:\nretry timeout exceeded\n\n'
        "--- The header of the original message is following. ---\n",
        SOFT,
    ),
    (
        "NOTICE: mail delivery status.",
        "Courier mail server <mailer-daemon@mx.relais.fr>",
        f"UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<{THEM}>:\n"
        "    mx.moulin-client.fr [192.0.2.1]:\n>>> RCPT TO:<...>\n<<< 550 5.1.1 User Unknown\n\n---\n",
        HARD,
    ),
    (
        f"Warning: {THEM} - User unknown!",
        "MDaemon@moulin-client.fr",
        f"The following recipient was refused:\n{THEM} - no such user here\n\n",
        HARD,
    ),
    (
        "Mail could not be delivered",
        "InterScan <imss@passerelle.fr>",
        f"Sent <<< RCPT TO:<...>\nReceived >>> 550 5.1.1 User unknown\n\nUnable to deliver message to <{THEM}>\n\n",
        HARD,
    ),
    (
        "Delivery report",
        "MAILER-DAEMON@mx.relais.fr",
        "   ----- Non-delivered information -----\nToo many messages in recipient's mailbox\n\n"
        "   ----- Original message follows -----\n",
        SOFT,
    ),
]


@pytest.mark.parametrize(("subject", "sender", "words", "kind"), NOTICES)
def test_a_notice_in_plain_words_is_understood(subject: str, sender: str, words: str, kind: NewsKind) -> None:
    news = read_news(plain_notice(words + RETURNED, subject=subject, sender=sender))
    assert news.kind is kind
    assert [one.address for one in news.recipients] == [THEM]
    assert news.relance_ids == (OUR_UID,)


def test_a_notice_that_came_without_any_mark_needs_nothing_but_the_notice() -> None:
    words = f"***\nVotre message n'a pas pu être délivré à\n{THEM}\n***\n"
    news = read_news(mail(words, subject=f"RE: {RETURNED[:4]} : non remis (delivery failed)", sender="svc@banque.fr"))
    assert (news.kind, [one.address for one in news.recipients]) == (SOFT, [THEM])


def test_a_complaint_is_heard() -> None:
    raw = b"""From: fbl@orange.fr
Subject: complaint
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b

An abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--b
Content-Type: message/rfc822

"""
    news = read_news(raw + RETURNED.encode() + b"\n--b--\n")
    assert (news.kind, news.code) == (NewsKind.COMPLAINT, NewsCode.COMPLAINT)
    assert news.uids == (OUR_UID,)
    assert read_news(raw.replace(b": abuse", b": not-spam")).kind is NewsKind.OTHER


FOLDER = os.environ.get("RELANCE_SAMPLE_FILES", "")
ANSWERS = Path(FOLDER) / "bounces" / "EXPECTED.tsv" if FOLDER else None


def _answered() -> Iterator[tuple[str, str, bool]]:
    if ANSWERS is None or not ANSWERS.exists():
        return
    with ANSWERS.open(encoding="utf-8") as rows:
        for row in DictReader(rows, delimiter="\t"):
            if row["reason"] not in ("?", ""):
                yield row["file"], row["reason"], row["hardbounce"] == "true"


EXPECTED = {"vacation": NewsKind.AUTO_REPLY, "feedback": NewsKind.COMPLAINT}
BOUNCES = (HARD, SOFT, NewsKind.DELAY)


@pytest.mark.parametrize(("file", "reason", "hard"), list(_answered()))
def test_the_mails_of_the_folder_are_read_as_its_answers_say(file: str, reason: str, hard: bool) -> None:
    """A delay notice counts as not delivered, and not dead: its reason is then that of the delay."""
    assert ANSWERS is not None
    news = read_news((ANSWERS.parent / file).read_bytes())
    if reason == "not-a-bounce":
        assert news.kind not in BOUNCES
    elif reason in EXPECTED:
        assert news.kind is EXPECTED[reason]
    else:
        assert news.kind in ((HARD,) if hard else (SOFT, NewsKind.DELAY))
