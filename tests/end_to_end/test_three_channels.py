"""Three ways out, judged from outside: what each command says, and what the other end really received."""

import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from scripts.torture import program
from scripts.torture.firm import Firm
from tests.channels.dovecot_server import DovecotServer
from tests.channels.postal_server import End, Fault, PostalServer
from tests.channels.smtp_server import ACCEPT, SmtpServer
from tests.channels.vonage_server import VonageServer
from tests.end_to_end.three_channels import BY_POST, MAILBOX, SETTINGS, Desk, Row, an_answer, not_delivered

MONDAY = datetime(2026, 11, 9, 9, 30)  # 10:30 in Paris
TUESDAY = datetime(2026, 11, 10, 9, 30)
BY_TEXT = SETTINGS.replace('["email", "sms", "letter"]', '["sms"]')
BY_LETTER = SETTINGS.replace('["email", "sms", "letter"]', '["letter"]')
BY_MAIL = SETTINGS.replace('["email", "sms", "letter"]', '["email"]')
WAYS = {"email": "sent", "sms": "sent", "letter": "held"}  # printed here


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SmtpServer() as smtp, VonageServer(plain=True) as sms, PostalServer() as post:
        yield Desk(tmp_path, smtp, sms, post)


def begun(desk: Desk, text: str, *rows: Row, at: datetime = MONDAY) -> None:
    assert desk.load(at, text).code == 0
    assert desk.bring(at, rows).code == 0


def test_each_way_takes_one_message_for_each_currency_and_a_letter_to_print_is_no_failure(desk: Desk) -> None:
    begun(
        desk,
        SETTINGS,
        Row("F-1", "A"),
        Row("F-2", "A", total="50,50"),
        Row("F-3", "A", total="70", currency="USD"),
        Row("F-4", "B", phone="02 99 12 34 56"),  # no text message goes to a landline
        Row("F-5", "C", email="", phone="", address=""),
    )
    _, simulated = desk.ask(MONDAY, "simulate")
    code, run = desk.ask(MONDAY, "run")
    assert (code, run["decisions"]) == (0, simulated["decisions"])
    told = {(*one["invoices"], one["channel"]): one["state"] for one in run["messages"]}
    assert told == {
        **{(*group, way): state for group in (("F-1", "F-2"), ("F-3",)) for way, state in WAYS.items()},
        ("F-4", "email"): "sent",
        ("F-4", "letter"): "held",
    }
    texts = [one.fields["text"] for one in desk.sms.posts]
    assert len(texts) == 2
    assert "150,50 EUR" in texts[0]
    assert "F-1" not in texts[0]  # a count and a total, never a list
    assert "70,00 USD" in texts[1]
    assert desk.call(MONDAY, "run").code == 0
    assert (len(desk.smtp.mails), len(desk.sms.posts)) == (3, 2)


@pytest.mark.parametrize("run_at", ["10:00", "20:30"])
def test_a_text_message_waits_quietly_for_its_hours(desk: Desk, run_at: str) -> None:
    late = datetime(2026, 11, 9, 20, 30)
    begun(desk, BY_TEXT.replace("10:00", run_at), Row("F-1", "A"), at=late)
    code, run = desk.ask(late, "run")
    assert (code, run["messages"][0]["state"], desk.sms.posts) == (0, "queued", [])
    assert desk.call(TUESDAY, "run").code == 0
    assert (len(desk.sms.posts), desk.states(TUESDAY)) == (1, {("F-1", "sms"): "sent"})


def test_what_was_paid_while_a_text_message_waited_is_not_in_it(desk: Desk) -> None:
    holiday, after = datetime(2026, 11, 11, 9, 30), datetime(2026, 11, 12, 9, 30)
    rows = [Row("F-1", "A"), Row("F-2", "A")]
    begun(desk, BY_TEXT.replace("run_at", "working_days_only = false\nrun_at"), *rows, at=holiday)
    assert desk.call(holiday, "run").code == 0
    desk.bring(holiday, [Row("F-1", "A", paid="100,00"), Row("F-2", "A")])
    assert desk.call(after, "run").code == 0
    assert ["F-2" in one.fields["text"] for one in desk.sms.posts] == [True]


def test_a_text_message_cut_off_by_a_power_cut_is_unknown_and_never_sent_again(desk: Desk) -> None:
    begun(desk, BY_TEXT, Row("F-1", "A"))
    assert desk.cut_off(MONDAY, "run", point=("sent: before the commit", 1)).code < 0
    after = desk.call(MONDAY, "run")
    assert (after.code, "F-1" in after.complained) == (1, True)
    assert desk.call(TUESDAY, "run").code == 0
    assert (len(desk.sms.posts), desk.states(TUESDAY)) == (1, {("F-1", "sms"): "unknown"})


def test_a_letter_whose_answer_was_lost_is_found_at_the_partner_s(desk: Desk) -> None:
    assert desk.post is not None
    begun(desk, BY_LETTER.replace('[letters]\nway = "print"\n', BY_POST), Row("F-1", "A"), Row("F-2", "B"))
    desk.post.script("create", Fault(End.CLOSE, taken=True))
    assert desk.call(MONDAY, "run").code == 0
    history = desk.ask(MONDAY, "export", "history")[1]
    assert [(one["state"], one["test_mode"], one["currency"]) for one in history] == [("sent", True, "EUR")] * 2
    assert len(desk.post.letters) == 2


def test_a_bounce_takes_the_level_back_and_an_answer_pauses(desk: Desk) -> None:
    rows = [Row("F-1", "A", email="dead@x.example"), Row("F-2", "B", email="human@x.example")]
    rows.append(Row("F-3", "C", email="one@x.example, two@x.example"))
    with DovecotServer() as mailbox:
        desk.imap_port = mailbox.port
        begun(desk, BY_MAIL + MAILBOX, *rows)
        desk.smtp.script("RCPT", ACCEPT, ACCEPT, "550 5.1.1 no such user")
        assert desk.call(MONDAY, "run").code == 0
        mails = {one.recipients[0]: one.message for one in desk.smtp.mails}
        assert set(mails) == {"dead@x.example", "human@x.example", "two@x.example"}
        mailbox.put(not_delivered(mails["dead@x.example"]), an_answer(mails["human@x.example"]))
        worker = program.start(Firm(desk.data, 0), "worker", at=MONDAY)
        try:
            assert heard(desk) == {"F-1": "bounced", "F-2": "replied", "F-3": None}
        finally:
            program.kill(worker)
    levels = {one["number"]: one["level"] for one in desk.ask(MONDAY, "export", "invoices")[1]}
    assert levels == {"F-1": None, "F-2": 1, "F-3": 1}
    decisions = desk.ask(datetime(2026, 11, 18, 9, 30), "simulate")[1]["decisions"]
    assert [one["reason"] for one in decisions] == ["no_recipient", "paused", None]


def heard(desk: Desk) -> dict[str, str | None]:
    """The news of each invoice, once two have some, or when patience ends."""
    until = time.monotonic() + 20
    while True:
        history = desk.ask(MONDAY, "export", "history")[1]
        found = {one["invoices"][0]: one["news"] for one in history}
        if sum(map(bool, found.values())) >= 2 or time.monotonic() > until:
            return found


def test_restored_data_send_nothing_before_a_person_speaks_and_nothing_twice_after(desk: Desk) -> None:
    begun(desk, SETTINGS, Row("F-1", "A"))
    copy = str(desk.folder / "copy.zip")
    assert desk.call(MONDAY, "backup", copy).code == 0
    assert desk.call(MONDAY, "run").code == 0
    assert desk.call(MONDAY, "restore", copy).code == 0
    code, run = desk.ask(MONDAY, "run")
    assert (code, run["skipped_run"], run["messages"]) == (0, "locked", [])
    refused = desk.call(MONDAY, "remind", "F-1")
    assert (refused.code, refused.broke, desk.states(MONDAY)) == (2, False, {})
    assert desk.call(MONDAY, "doctor").code == 1
    assert desk.call(MONDAY, "run", "--only-copy").code == 0
    assert desk.states(MONDAY) == {("F-1", "email"): "sent", ("F-1", "sms"): "sent"}
    assert (len(desk.smtp.mails), len(desk.sms.posts)) == (1, 1)
    shutil.copytree(desk.data, desk.folder / "elsewhere")
    other = Desk(desk.folder, desk.smtp, desk.sms, name="elsewhere")
    assert other.ask(TUESDAY, "run")[1]["skipped_run"] == "locked"
    assert desk.ask(TUESDAY, "run")[1]["skipped_run"] is None


def test_without_its_journal_nothing_leaves(desk: Desk) -> None:
    begun(desk, SETTINGS, Row("F-1", "A"))
    journal = desk.data / "journal"
    journal.write_text("not a folder")
    ended = desk.call(MONDAY, "run")
    assert (ended.code, "journal" in ended.complained, ended.broke) == (1, True, False)
    assert (desk.smtp.mails, desk.sms.posts) == ([], [])
    journal.unlink()
    assert desk.call(MONDAY, "run").code == 0
    assert (len(desk.smtp.mails), len(desk.sms.posts)) == (1, 1)


def test_what_is_dumped_makes_the_same_firm_elsewhere(desk: Desk) -> None:
    begun(desk, SETTINGS + PEOPLE + MAILBOX, Row("F-1", "A"))
    dump = desk.call(MONDAY, "config", "dump").said
    other = Desk(desk.folder, desk.smtp, desk.sms, name="other")
    assert other.load(MONDAY, dump).code == 0
    assert other.call(MONDAY, "config", "dump").said == dump


PEOPLE = """[letters.prices]
lrar = 5.74
[[customer]]
code = "A"
name = "Client A"
[[customer.contact]]
email = "boss@x.example"
role = "management"
use = "none"
[customer.contact.levels]
3 = "cc"
"""


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("sms", 'base_url = "http://rest.nexmo.com"'),
        ("sms", 'opens_at = "07:00"'),
        ("sms", 'closes_at = "21:00"'),
        ("sms", 'opens_at = "20:00"'),
        ("letters", 'way = "mail"'),
        ("letters", "prices = { lrar = -1 }"),
        ("inbox", 'password = "x"'),
        ("email", 'sign_in = "oauth"'),
    ],
)
def test_a_bad_value_is_named_with_its_line_and_changes_nothing(desk: Desk, table: str, line: str) -> None:
    ended = desk.load(MONDAY, f'[firm]\nname = "Other"\n[{table}]\n{line}\n')
    key = f"line 4, {table}.{line.split()[0]}: "
    assert (ended.code, key in ended.complained, "Nothing was changed." in ended.complained) == (2, True, True)
    assert 'name = "Other"' not in desk.call(MONDAY, "config", "dump").said
