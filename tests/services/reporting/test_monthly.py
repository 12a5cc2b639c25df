"""The monthly report: on time, once, in its reader's language; what fails is kept and tried again another day."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from relance.config import Settings
from relance.domain.delivery import BeforeHandover, ChannelName, DeliveryFailed, Fate, Message, Receipt
from relance.i18n import MESSAGE_LANGUAGES
from relance.services.database import the_firm
from relance.services.delivery.channel_accounts import Accounts
from relance.services.delivery.outlets import Outlets
from relance.services.refusal import Refused
from relance.services.reporting import monthly as monthly_report
from relance.services.reporting import orders as report_orders
from relance.services.reporting.monthly import UNKNOWN, send_due, their_words
from relance.services.reporting.monthly_days import next_on
from relance.services.reporting.writing import words_of
from relance.storage import db
from relance.storage.models import MailAccount, ReportOrder
from tests.channels.smtp_server import SmtpServer
from tests.services.firm import SmallFirm, a_small_firm

# Sunday 1 November 2026 is a holiday: the first working day is Monday the 2nd.
BEFORE, DUE = datetime(2026, 11, 2, 8, 59, tzinfo=UTC), datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)


class Way:
    """A way out that keeps what it is given, or fails as it is told to."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.failure: Exception | None = None
        self.accounts = 0

    def outlets(self, settings: Settings, accounts: Accounts) -> Outlets:
        return {ChannelName.EMAIL: lambda: self}

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)
        return Receipt("id", "250 ok")

    def close(self) -> None:
        pass


@pytest.fixture
def firm(tmp_path: Path, blank: Path, outgoing: SmtpServer) -> SmallFirm:
    shutil.copy(blank, tmp_path / blank.name)
    made = a_small_firm(tmp_path, outgoing, run_at="10:00")
    with db.writing(made.engine) as session:
        account = session.get_one(MailAccount, 1)
        account.host, account.sender = "smtp.bonnet.example", "claire@bonnet.example"
    made.customer("A", "a@a.example")
    made.invoice("F-1", "A", days_late=5, total=123_456)
    made.now = DUE
    return made


@pytest.fixture
def way() -> Way:
    return Way()


def order(firm: SmallFirm, email: str = "anna@buero.example", language: str = "de", **values: object) -> int:
    with db.writing(firm.engine) as session:
        row = ReportOrder(email=email, language=language, **values)
        session.add(row)
        session.flush()
        return row.id


def send(firm: SmallFirm, way: Way) -> int:
    return send_due(firm.engine, firm.settings, lambda: firm.now, way.outlets)


def kept(firm: SmallFirm, key: int) -> ReportOrder:
    with db.reading(firm.engine) as session:
        return session.get_one(ReportOrder, key)


def test_it_leaves_at_the_hour_of_the_run_of_the_first_working_day_and_once(firm: SmallFirm, way: Way) -> None:
    key = order(firm)
    firm.now = BEFORE
    assert send(firm, way) == 0
    firm.now = DUE
    assert [send(firm, way) for _ in range(3)] == [1, 0, 0]
    firm.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert send(firm, way) == 0
    assert (kept(firm, key).last_month, kept(firm, key).failed_code) == (OCTOBER, None)
    firm.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert send(firm, way) == 1
    assert [one.attachments[0].filename for one in way.sent] == ["rapport-2026-10.pdf", "rapport-2026-11.pdf"]


def test_a_computer_that_was_off_sends_it_later_in_the_month(firm: SmallFirm, way: Way) -> None:
    order(firm)
    firm.now = datetime(2026, 11, 19, 20, tzinfo=UTC)
    assert send(firm, way) == 1


def test_months_that_were_missed_whole_are_not_sent_afterwards(firm: SmallFirm, way: Way) -> None:
    key = order(firm, last_month=date(2026, 6, 1))
    assert send(firm, way) == 1
    assert kept(firm, key).last_month == OCTOBER
    firm.now = datetime(2026, 10, 15, 9, tzinfo=UTC)  # a clock set back
    assert send(firm, way) == 0


def test_several_workers_at_once_send_one(firm: SmallFirm, way: Way) -> None:
    for number in range(3):
        order(firm, f"reader{number}@buero.example")
    threads = [threading.Thread(target=send, args=(firm, way)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.to[0] for one in way.sent) == [f"reader{number}@buero.example" for number in range(3)]


def test_a_refusal_for_a_while_is_kept_and_tried_again_on_another_day_only(firm: SmallFirm, way: Way) -> None:
    key = order(firm)
    way.failure = DeliveryFailed("smtp.connection", Fate.REQUEUE, "no route to host")
    assert send(firm, way) == 0
    assert (kept(firm, key).failed_code, their_words(kept(firm, key))) == ("smtp.connection", "no route to host")
    way.failure = None
    firm.sleep(hours=5)
    assert send(firm, way) == 0
    firm.sleep(hours=20)
    assert send(firm, way) == 1
    assert kept(firm, key).failed_code is None
    firm.sleep(days=1)
    assert send(firm, way) == 0


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (DeliveryFailed("smtp.no_answer", Fate.UNKNOWN, "timed out"), UNKNOWN, "timed out"),
        (DeliveryFailed("smtp.recipient_refused", Fate.FAIL, "550 no"), "smtp.recipient_refused", "550 no"),
        (RuntimeError("killed on the way"), UNKNOWN, ""),
    ],
)
def test_what_may_have_left_or_can_never_leave_is_not_sent_again(
    firm: SmallFirm, way: Way, failure: Exception, code: str, words: str
) -> None:
    key = order(firm)
    way.failure = failure
    if isinstance(failure, DeliveryFailed):
        send(firm, way)
    else:
        with pytest.raises(RuntimeError):
            send(firm, way)
    way.failure = None
    for _ in range(5):
        firm.sleep(days=1)
        assert send(firm, way) == 0
    assert (kept(firm, key).failed_code, their_words(kept(firm, key))) == (code, words)
    firm.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert send(firm, way) == 1
    assert kept(firm, key).failed_code is None


def test_one_that_fails_does_not_keep_the_others(firm: SmallFirm, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = order(firm, "a@buero.example"), order(firm, "b@buero.example")
    whole = way.send

    def picky(message: Message, *, before_handover: BeforeHandover) -> Receipt:
        if message.to == ("a@buero.example",):
            raise DeliveryFailed("smtp.recipient_refused", Fate.FAIL, "550")
        return whole(message, before_handover=before_handover)

    monkeypatch.setattr(way, "send", picky)
    assert send(firm, way) == 1
    assert kept(firm, first).failed_code == "smtp.recipient_refused"


def _locked(firm: SmallFirm) -> None:
    firm.change(sending_lock="restored")


def _examples(firm: SmallFirm) -> None:
    firm.change(examples=True)


def _demo(firm: SmallFirm) -> None:
    firm.settings = replace(firm.settings, demo=True)


def _account(firm: SmallFirm, **values: object) -> None:
    with db.writing(firm.engine) as session:
        for name, value in values.items():
            setattr(session.get_one(MailAccount, 1), name, value)


@pytest.mark.parametrize(
    "stop",
    [
        _locked,
        _examples,
        _demo,
        lambda firm: _account(firm, host=""),
        lambda firm: _account(firm, held_code="smtp.auth"),
    ],
)
def test_nothing_leaves_where_nothing_may_and_nothing_is_claimed(
    firm: SmallFirm, way: Way, stop: Callable[[SmallFirm], None]
) -> None:
    key = order(firm)
    stop(firm)
    assert send(firm, way) == 0
    assert kept(firm, key).last_month is None


def test_who_is_switched_off_receives_nothing(firm: SmallFirm, way: Way) -> None:
    order(firm, active=False)
    assert send(firm, way) == 0


@pytest.mark.parametrize("language", MESSAGE_LANGUAGES)
def test_it_speaks_its_readers_language(firm: SmallFirm, way: Way, language: str) -> None:
    order(firm, language=language)
    send(firm, way)
    [mail] = way.sent
    words = words_of(language)
    assert words["outstanding"] in mail.text
    assert "#" not in mail.text + mail.subject
    pdf, table = mail.attachments
    assert pdf.content.startswith(b"%PDF")
    text = table.content.decode("utf-8-sig")
    assert text.startswith(words["date"])
    assert ("1234.56" if language == "en" else "1234,56") in text


def test_a_firm_without_invoices_says_so(firm: SmallFirm, way: Way) -> None:
    firm.pay(1, 123_456, on=date(2026, 6, 9))
    order(firm, language="en")
    send(firm, way)
    [mail] = way.sent
    assert [one.filename for one in mail.attachments] == ["rapport-2026-10.pdf"]


def test_it_arrives_through_a_real_server(firm: SmallFirm, outgoing: SmtpServer) -> None:
    order(firm, language="fr")
    outgoing.mails.clear()
    assert send_due(firm.engine, firm.settings, lambda: firm.now, firm.outlets) == 1
    [mail] = outgoing.mails
    assert mail.recipients == ("anna@buero.example",)
    read = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert [one.get_content_type() for one in read.iter_attachments()] == ["application/pdf", "text/csv"]
    assert "octobre 2026" in str(read["Subject"])


def test_who_comes_after_the_month_s_report_left_begins_with_the_next(firm: SmallFirm, way: Way) -> None:
    def add(email: str) -> None:
        with db.writing(firm.engine) as session:
            local = firm.now.astimezone(UTC)
            report_orders.add(session, the_firm(session), local, email=email, language="fr")

    firm.now = BEFORE
    add("early@buero.example")
    firm.now = DUE
    add("late@buero.example")
    assert send(firm, way) == 1
    firm.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert send(firm, way) == 2


def test_who_is_switched_on_again_does_not_get_what_was_missed(firm: SmallFirm, way: Way) -> None:
    key = order(firm, active=False, last_month=date(2026, 6, 1))
    with db.writing(firm.engine) as session:
        report_orders.switch(session, the_firm(session), firm.now, key, on=True)
    assert send(firm, way) == 0


@pytest.mark.parametrize(
    ("email", "language", "code"),
    [
        ("", "fr", "report.address"),
        ("no address", "fr", "report.address"),
        ("a@b.example, c@d.example", "fr", "report.address"),
        ("a@b.example\r\nBcc: x@y.example", "fr", "report.address"),
        ("x" * 5000 + "@b.example", "fr", "report.address"),
        ("a@b.example", "tlh", "report.language"),
        ("a@b.example", "", "report.language"),
        ("ANNA@buero.example", "fr", "report.known_address"),
    ],
)
def test_what_cannot_be_an_order_is_refused(firm: SmallFirm, email: str, language: str, code: str) -> None:
    order(firm)
    with db.writing(firm.engine) as session, pytest.raises(Refused) as refused:
        report_orders.add(session, the_firm(session), firm.now, email=email, language=language)
    assert refused.value.code == code


def test_there_is_an_end_to_how_many_receive_it(firm: SmallFirm) -> None:
    for number in range(report_orders.MOST):
        order(firm, f"r{number}@buero.example")
    with db.writing(firm.engine) as session, pytest.raises(Refused) as refused:
        report_orders.add(session, the_firm(session), firm.now, email="one@more.example", language="fr")
    assert refused.value.code == "report.too_many"


def test_the_day_of_the_next_one_is_told(firm: SmallFirm) -> None:
    with db.reading(firm.engine) as session:
        row = the_firm(session)
        assert next_on(row, BEFORE) == date(2026, 11, 2)
        assert next_on(row, DUE.astimezone(UTC)) in (date(2026, 11, 2), date(2026, 12, 1))


def test_a_test_changes_nothing_and_goes_to_oneself(firm: SmallFirm) -> None:
    key = order(firm)
    with db.reading(firm.engine) as session:
        _, message = monthly_report.try_out(session, key, "me@bonnet.example", firm.now)
    assert message.to == ("me@bonnet.example",)
    assert message.subject.startswith("[Test] ")
    assert kept(firm, key).last_month is None
