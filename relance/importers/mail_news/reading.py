"""One incoming mail to one piece of news. RULES is the specification: the first that recognises the mail decides."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property

from relance.importers.mail_news import machines, notice
from relance.importers.mail_news.decoding import folded
from relance.importers.mail_news.html_text import html_to_text
from relance.importers.mail_news.mime import Headers, Mail, Part, read_headers, read_mail
from relance.importers.mail_news.news import News, NewsCode, NewsKind, Recipient
from relance.importers.mail_news.originals import find_originals, ids
from relance.importers.mail_news.quotes import LONGEST_EXCERPT, above_quote, new_words
from relance.importers.mail_news.report import ADDRESS, REPORTS, report_blocks, reported_recipients

FEEDBACK = "message/feedback-report"
RECEIPTS = ("message/disposition-notification", "message/global-disposition-notification")
FEEDBACK_CODES = {"not-spam": NewsCode.NOT_SPAM, "auth-failure": NewsCode.AUTHENTICATION_REPORT}
WORST_FIRST = (NewsKind.BOUNCE_HARD, NewsKind.BOUNCE_SOFT, NewsKind.DELAY, NewsKind.DELIVERED)
LONGEST_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule found out."""

    kind: NewsKind
    code: NewsCode = NewsCode.NONE
    recipients: tuple[Recipient, ...] = ()


@dataclass(frozen=True)
class Incoming:
    """A mail, and what the rules ask of it more than once."""

    mail: Mail
    own_addresses: frozenset[str]

    @property
    def headers(self) -> Headers:
        return self.mail.headers

    @cached_property
    def subject(self) -> str:
        return self.headers.text("subject")[:LONGEST_SUBJECT]

    @cached_property
    def text(self) -> str:
        """What a person would read: the first plain text, else the first HTML."""
        plain = next((part.text for part in self.mail.of_kind("text/plain") if _is_read(part)), "")
        if plain.strip():
            return plain
        return next((html_to_text(part.text) for part in self.mail.of_kind("text/html") if not part.is_file), plain)

    @cached_property
    def notice(self) -> str:
        return notice.own_words(self.text)

    @cached_property
    def blocks(self) -> tuple[Headers, ...]:
        return report_blocks(self.mail)

    @cached_property
    def addressees(self) -> frozenset[str]:
        """Whom this mail is for: the sender of the message it is about."""
        names = ("to", "delivered-to", "x-original-to", "envelope-to", "cc")
        found = (
            one.lower()
            for name in names
            for value in self.headers.values.get(name, ())
            for one in ADDRESS.findall(value)
        )
        return frozenset(found) | self.own_addresses


def read_news(raw: bytes, *, own_addresses: Collection[str] = ()) -> News:
    """Never raises. `own_addresses`: those the firm writes from, in any case."""
    incoming = Incoming(read_mail(raw), frozenset(one.strip().lower() for one in own_addresses))
    verdict = next(found for rule in RULES if (found := rule(incoming)) is not None)
    headers = incoming.headers
    originals = find_originals(incoming.mail, incoming.blocks, (incoming.text,))
    name, address = machines.sender(headers)
    return News(
        kind=verdict.kind,
        code=verdict.code,
        message_id=next(iter(ids(headers.raw("message-id"))), headers.raw("message-id").strip()[:250]),
        sender=address,
        sender_name=name,
        subject=incoming.subject,
        date=_date(headers.raw("date")),
        text=_words(incoming, verdict),
        recipients=verdict.recipients,
        relance_ids=originals.relance_ids,
        original_ids=originals.message_ids,
        in_reply_to=ids(headers.raw("in-reply-to")),
        references=ids(headers.raw("references")),
    )


def _feedback(incoming: Incoming) -> Verdict | None:
    """Somebody called it unwanted, and their provider passes it on (RFC 5965)."""
    report = next(incoming.mail.of_kind(FEEDBACK), None)
    if report is None:
        return Verdict(NewsKind.COMPLAINT, NewsCode.COMPLAINT) if _report_type(incoming) == "feedback-report" else None
    told = folded(read_headers(report.text).raw("feedback-type"))
    code = FEEDBACK_CODES.get(told, NewsCode.COMPLAINT)
    return Verdict(NewsKind.OTHER if code is NewsCode.NOT_SPAM else NewsKind.COMPLAINT, code)


def _read_receipt(incoming: Incoming) -> Verdict | None:
    """Displayed, or deleted unread: nobody answered (RFC 8098)."""
    receipt = next(incoming.mail.of_kind(*RECEIPTS), None)
    if receipt is None and _report_type(incoming) != "disposition-notification":
        return None
    return Verdict(NewsKind.AUTO_REPLY, NewsCode.READ_RECEIPT)


def _delivery_report(incoming: Incoming) -> Verdict | None:
    """A report in the standard form. A person who forwards one makes a mail of another shape, under their own name."""
    has_report = next(incoming.mail.of_kind(*REPORTS), None) is not None
    if not has_report or not (_report_type(incoming) == "delivery-status" or _from_machine(incoming.headers)):
        return None
    recipients = tuple(reported_recipients(incoming.blocks, incoming.notice))
    return _worst(recipients or tuple(notice.noticed_recipients(incoming.mail, incoming.text, incoming.addressees)))


def _own_copy(incoming: Incoming) -> Verdict | None:
    """Ours, sent to ourselves as a blind copy or forwarded as it was."""
    ours = "x-relance-id" in incoming.headers or machines.sender(incoming.headers)[1] in incoming.own_addresses
    return Verdict(NewsKind.OTHER, NewsCode.OWN_COPY) if ours else None


def _failure_notice(incoming: Incoming) -> Verdict | None:
    """A failure in plain words: it takes a machine's marks and a machine's words, and fewer marks take more words."""
    if not _is_failure_notice(incoming):
        return None
    return _worst(tuple(notice.noticed_recipients(incoming.mail, incoming.text, incoming.addressees)))


def _is_failure_notice(incoming: Incoming) -> bool:
    headers = incoming.headers
    told = notice.says_failure(incoming.subject)
    if told and _is_bare_notice(incoming):
        return True
    if machines.has_reply_prefix(incoming.subject) or _is_answering_machine(incoming):
        return False
    says = notice.is_notice(incoming.notice)
    if machines.is_server(headers) or _report_type(incoming) == "delivery-status":
        return told or says or notice.explains_failure(f"{incoming.subject}\n{incoming.notice}")
    if machines.has_null_path(headers):
        return told or (says and not machines.is_automatic(headers) and not machines.is_answer(headers))
    if machines.is_automatic(headers):
        return told and says
    return told and says and machines.is_administrator(headers) and not machines.is_answer(headers)


def _answering_machine(incoming: Incoming) -> Verdict | None:
    """Absences, acknowledgements, requests to prove to be a person."""
    headers, text = incoming.headers, above_quote(incoming.text)
    if machines.is_challenge(incoming.mail, text) and not machines.is_answer(headers):
        return Verdict(NewsKind.AUTO_REPLY, NewsCode.CHALLENGE)
    marked = machines.is_automatic(headers) or machines.has_null_path(headers)
    if marked or _is_answering_machine(incoming) or _speaks_as_machine(incoming, text):
        return Verdict(NewsKind.AUTO_REPLY, machines.automatic_code(incoming.subject, text))
    return None


def _bulk(incoming: Incoming) -> Verdict | None:
    """A newsletter or a list; an answer that came through a list is still an answer."""
    headers = incoming.headers
    answers = "in-reply-to" in headers or "references" in headers
    return Verdict(NewsKind.OTHER, NewsCode.BULK) if machines.is_bulk(headers) and not answers else None


def _reply(_: Incoming) -> Verdict | None:
    """What no machine wrote, a person did."""
    return Verdict(NewsKind.REPLY)


RULES: tuple[Callable[[Incoming], Verdict | None], ...] = (
    _feedback,
    _read_receipt,
    _delivery_report,
    _own_copy,
    _failure_notice,
    _answering_machine,
    _bulk,
    _reply,
)


def _report_type(incoming: Incoming) -> str:
    return incoming.mail.parameters.get("report-type", "").lower() if incoming.mail.kind == "multipart/report" else ""


def _from_machine(headers: Headers) -> bool:
    sure = machines.is_server(headers) or machines.has_null_path(headers)
    return sure or (machines.is_administrator(headers) and not machines.is_answer(headers))


def _is_answering_machine(incoming: Incoming) -> bool:
    return bool(machines.AUTO_SUBJECT.match(folded(incoming.subject)))


def _speaks_as_machine(incoming: Incoming, text: str) -> bool:
    """People quote and sign with such words too: the subject or the sender must agree."""
    if machines.has_reply_prefix(incoming.subject) or not machines.MACHINE_WORDS.search(folded(text[:3_000])):
        return False
    acknowledges = machines.ACKNOWLEDGEMENT.search(folded(incoming.subject))
    return bool(acknowledges) or machines.is_administrator(incoming.headers)


def _is_bare_notice(incoming: Incoming) -> bool:
    """Nothing but the notice and the address, and not made as an answer."""
    headers, words = incoming.headers, above_quote(incoming.text).strip(" \n*-=_#")
    if "in-reply-to" in headers or "references" in headers or len(words) > 600:
        return False
    lines = [line for line in (line.strip(" *-=_#<>:") for line in words.split("\n")) if line]
    return bool(lines) and notice.is_notice(lines[0]) and any(ADDRESS.fullmatch(line) for line in lines[1:3])


def _worst(recipients: tuple[Recipient, ...]) -> Verdict:
    first = min(recipients, key=lambda one: WORST_FIRST.index(one.kind))
    return Verdict(first.kind, first.code, recipients)


def _words(incoming: Incoming, verdict: Verdict) -> str:
    if verdict.recipients:
        said = next((one.diagnostic for one in verdict.recipients if one.diagnostic), "")
        return said or incoming.notice.strip()[:LONGEST_EXCERPT]
    return new_words(incoming.text)


def _is_read(part: Part) -> bool:
    return not part.is_file


def _date(value: str) -> datetime | None:
    """Aware; one without a zone is taken as UTC."""
    try:
        date = parsedate_to_datetime(value[:200])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
