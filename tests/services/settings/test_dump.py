"""A dump says all that loading would read: the round trip changes nothing and loses nothing."""

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, select

from relance.config import Settings
from relance.domain.book import Choose
from relance.domain.program import Tone
from relance.services import groups
from relance.services.groups import GroupChange
from relance.services.programs import own as own_programs
from relance.services.senders import settings as sender_settings
from relance.services.senders.mail import save_mail
from relance.services.settings import loading as services
from relance.storage import db
from relance.storage.models import Customer, MailAccount, Program
from tests.services.settings_files import NOW, blank_database, dump, everything, load, passing
from tests.services.settings_strategies import FILES


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return blank_database(tmp_path_factory.mktemp("settings"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=FILES)
def test_a_dump_changes_nothing_where_it_comes_from_and_is_the_same_elsewhere(
    engine: Engine, file: dict[str, Any]
) -> None:
    with passing(engine) as session:
        services.load(session, tomli_w.dumps(file), now=NOW)
        before, text = everything(session), services.dump(session)
        assert services.load(session, text, now=NOW).nothing
        assert everything(session) == before
    with passing(engine) as session:
        services.load(session, text, now=NOW)
        assert services.dump(session) == text


def test_the_same_settings_give_the_same_dump_whatever_the_order_they_came_in(engine: Engine) -> None:
    parts = [
        '[[customer]]\ncode = "B"\nname = "Beta"\n',
        '[[customer]]\ncode = "A"\nname = "Alpha"\ngroup = "G"\n',
        '[[group]]\nname = "G"\n',
        '[[program]]\nname = "P"\noffsets = "5"\n',
        '[[program]]\nname = "N"\noffsets = "5"\n',
    ]
    dumps = []
    for text in ("".join(parts), "".join(reversed(parts))):
        with passing(engine) as session:
            services.load(session, text, now=NOW)
            dumps.append(services.dump(session))
    assert dumps[0] == dumps[1]


def test_a_dump_is_the_toml_that_people_write(engine: Engine) -> None:
    with passing(engine) as session:
        body = '[[template]]\nname = "T"\n[template.fr]\nsubject = "s"\nbody = """\nBonjour,\n\nà bientôt"""\n'
        services.load(session, body, now=NOW)
        text = services.dump(session)
    assert 'body = """\nBonjour,\n\nà bientôt\n"""\n' in text
    assert "\n[[program.step]]\nlevel = 0\noffset = -7\n" in text
    tables = ["firm", "automation", "email", "sms", "letters", "inbox", "template", "program"]
    assert list(tomllib.loads(text)) == tables


def test_what_a_customer_usually_is_is_not_said(engine: Engine) -> None:
    with passing(engine) as session:
        services.load(session, '[[customer]]\ncode = "A"\nname = "A"\n', now=NOW)
        assert tomllib.loads(services.dump(session))["customer"] == [{"code": "A", "name": "A"}]


def test_a_dump_names_where_the_password_is_and_never_says_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    with passing(engine) as session:
        services.load(session, '[email]\npassword_env = "SMTP_PASSWORD"\n', now=NOW)
        text = services.dump(session)
        assert session.get_one(MailAccount, 1).password_env == "SMTP_PASSWORD"
    assert tomllib.loads(text)["email"]["password_env"] == "SMTP_PASSWORD"
    assert "hunter2" not in text


def test_what_a_dump_leaves_out_was_never_read(engine: Engine) -> None:
    """Every table and key that a file may have comes back from a database that has them all."""
    with passing(engine) as session:
        services.load(session, COMPLETE, now=NOW)
        assert tomllib.loads(services.dump(session)) == tomllib.loads(COMPLETE) | {"program": _programs(session)}


def _programs(session: Any) -> list[dict[str, Any]]:
    """The file's programs and, after them, the one that is there from the start, no longer general."""
    programs: list[dict[str, Any]] = tomllib.loads(services.dump(session))["program"]
    assert programs[:2] == tomllib.loads(COMPLETE)["program"]
    assert (programs[2]["name"], programs[2]["general"]) == ("Standard", False)
    return programs


COMPLETE = """
[firm]
name = "n"
address = "a"
siren = "404833048"
vat_number = "FR83404833048"
phone = "p"
email = "e@x.fr"
country = "FR"
region = "alsace-moselle"
timezone = "Europe/Paris"
language = "de"
currency = "CHF"
iban = "FR1420041010050500013M02606"
bic = "PSSTFRPP"
signature = "s"
charges = false
contract_rate = 12.4
[automation]
enabled = true
scope = "new"
run_at = "07:30"
working_days_only = false
minimum_gap_days = 1
manual_cancels_hours = 2
threshold = 3.5
freshness_days = 0
promise_grace_days = 4
[email]
preset = "other"
host = "h.fr"
port = 25
security = "none"
sign_in = "microsoft"
username = "u"
password_file = "f"
oauth_client = "c"
oauth_tenant = "t"
sender = "s@x.fr"
reply_to = "r@x.fr"
bcc = ["b@x.fr"]
per_minute = 6
per_hour = 9
per_day = 7
connections = 8
slow_start = true
[sms]
provider = "vonage"
key = "k"
secret_env = "S"
sender = "Durand"
base_url = "http://127.0.0.1:8000"
opens_at = "09:00"
closes_at = "19:00"
without_accents = true
price_per_part = 0.0642
per_minute = 11
per_day = 12
[letters]
way = "post"
window = "din_left_b"
fold_marks = false
punch_mark = true
qr = false
place = "Lyon"
letterhead = "n"
footer = "f"
folder = "lettres"
api_key_file = "k"
base_url = "https://post.example"
color = true
both_sides = true
postage = "lr"
prices = { ecopli = 1.2, lrar = 7.95 }
[inbox]
active = true
host = "imap.x.fr"
port = 143
security = "starttls"
username = "u"
password_file = "i"
folder = "INBOX/Factures"
done_folder = "Relance"
[[sender]]
name = "Agence de Lyon"
address = "1 rue de la Paix"
siren = "404833048"
vat_number = "FR83404833048"
phone = "04"
email = "lyon@x.fr"
iban = "FR1420041010050500013M02606"
bic = "PSSTFRPP"
signature = "L'équipe de Lyon"
letterhead = "h"
footer = "f"
place = "Lyon"
[sender.account]
preset = "other"
host = "smtp.x.fr"
port = 465
security = "tls"
sign_in = "password"
username = "lyon"
password_env = "LYON_PASSWORD"
oauth_client = ""
oauth_tenant = ""
sender = "Lyon <lyon@x.fr>"
reply_to = "r@x.fr"
bcc = ["b@x.fr"]
per_minute = 1
per_hour = 2
per_day = 3
connections = 4
slow_start = true
[[template]]
name = "T"
channel = "letter"
fr = { subject = "s", body = "b" }
[[template]]
name = "T"
channel = "sms"
fr = { subject = "", body = "texto" }
[[program]]
name = "P"
general = true
grouping = "invoice"
active = false
own = false
[[program.step]]
level = 1
offset = 5
from = "due"
channels = ["letter", "email"]
mode = "manual"
fallback = "sms"
template = { letter = "T" }
deadline_days = 8
repeat_every = 9
repeat_times = 10
[[program]]
name = "Q"
general = false
grouping = "customer"
active = true
own = true
[[program.step]]
level = 1
offset = 5
from = "due"
channels = ["sms", "email"]
mode = "auto"
template = { sms = "T" }
[[group]]
name = "G"
program = "never"
tone = "gentle"
sender = "Agence de Lyon"
[[customer]]
code = "C"
name = "n"
kind = "public"
language = "en"
insolvent = true
charges = false
phone = "p"
postcode = "z"
city = "c"
country = "BE"
notes = "n"
email = ["a@x.fr"]
cc = ["b@x.fr"]
bcc = ["c@x.fr"]
address = ["1", "2", "3"]
group = "G"
program = "Q"
sender = "Agence de Lyon"
paused_until = 2027-01-31
[[customer.contact]]
email = "d@x.fr"
use = "none"
name = "Zoé"
phone = "06"
language = "en"
role = "management"
levels = { 3 = "to" }
"""


def test_a_committed_dump_reads_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = blank_database(tmp_path_factory.mktemp("settings"))
    load(engine, COMPLETE)
    with db.reading(engine) as session:
        assert services.dump(session) == dump(engine)
    assert load(engine, dump(engine)).nothing


def test_what_pages_made_is_dumped_and_loads_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A customer's own steps, a sender with a password that we keep, a group that they belong to."""
    folder = tmp_path_factory.mktemp("settings")
    made = blank_database(folder)
    load(made, '[[customer]]\ncode = "C1"\nname = "Durand"\n')
    with db.writing(made) as session:
        sender = sender_settings.save(session, {"name": "Agence de Lyon"})
        account = {"host": "smtp.x.fr", "sender": "lyon@x.fr", "username": "lyon"}
        save_mail(session, Settings(data_dir=folder), sender.id, account, "hunter2")
        group = groups.create(session, "Cavistes")
        groups.save(session, group, GroupChange("Cavistes", Choose.NEVER, Tone.FIRM, sender.id))
        customer = session.scalars(select(Customer)).one()
        own, _ = own_programs.take(session, customer)
        customer.program_id, customer.group_id = own.id, group
    text = dump(made)
    assert "hunter2" not in text
    assert load(made, text).nothing
    other = blank_database(tmp_path_factory.mktemp("settings"))
    load(other, text)
    assert dump(other) == text
    with db.reading(other) as session:
        assert [one.name for one in session.scalars(select(Program).where(Program.own))] == ["Durand (C1)"]
