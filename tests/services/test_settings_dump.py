"""A dump says all that loading would read: the round trip changes nothing and loses nothing."""

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from relance.services import settings as services
from relance.storage import db
from relance.storage.models import MailAccount
from tests.services.settings_files import NOW, blank_database, dump, everything, load, passing

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=15)
NAMES = TEXTS.map(lambda text: f"n{text}n")
PARAGRAPHS = st.lists(st.one_of(TEXTS, st.just('"""'), st.just("a\\"), st.just("\ttab ")), max_size=4).map("\n".join)
BODIES = PARAGRAPHS.map(lambda text: "b" + text.replace("#", "").replace("[", ""))
EMAILS = st.sampled_from(["a@x.fr", "b.c@y.example.com", '"Du, \\"Jo\\"" <c@x.fr>', "Zoé <d@x.fr>", "<e@x.fr>"])
EMAIL_LISTS = st.lists(EMAILS, max_size=3, unique=True)


def table(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A table with some of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


FIRM = table(
    name=TEXTS,
    address=PARAGRAPHS,
    siren=st.sampled_from(["", "404 833 048"]),
    country=st.sampled_from(["FR", "BE", "DE"]),
    language=st.sampled_from(["fr", "nl"]),
    currency=st.sampled_from(["EUR", "CHF"]),
    iban=st.sampled_from(["", "FR1420041010050500013M02606"]),
    signature=PARAGRAPHS,
)
AUTOMATION = table(
    enabled=st.booleans(),
    scope=st.sampled_from(["new", "upcoming", "all"]),
    run_at=st.times().map("{:%H:%M}".format),
    threshold=st.sampled_from(["", "0", "12.345", "99999999999"]),
    freshness_days=st.integers(0, 30),
)
EMAIL = table(
    port=st.integers(1, 65535),
    security=st.sampled_from(["none", "starttls", "tls"]),
    username=TEXTS,
    password_env=st.sampled_from(["", "SMTP_PASSWORD"]),
    bcc=st.lists(st.sampled_from(["a@x.fr", "b@x.fr"]), max_size=2),
)
STEPS = st.fixed_dictionaries(
    {"offset": st.integers(1, 90)},
    optional={
        "channels": st.lists(st.sampled_from(["email", "sms", "letter"]), min_size=1, max_size=3),
        "mode": st.sampled_from(["auto", "approval", "manual"]),
        "template": st.sampled_from(["niveau-1", "", "Ours"]),
        "deadline_days": st.integers(1, 30),
        "fallback": st.sampled_from(["", "email", "sms", "letter"]),
    },
)


def increasing(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps whose offsets increase, the last one repeated."""
    ordered = sorted({step["offset"]: step for step in steps}.values(), key=lambda step: int(step["offset"]))
    for step in ordered:
        if "email" not in step.get("channels", ["email"]) and step.get("template") == "Ours":
            del step["template"]
        if step.get("fallback") in step.get("channels", ["email"]):
            del step["fallback"]
    return [*ordered[:-1], ordered[-1] | {"repeat_every": 7, "repeat_times": 3}]


def named(names: list[str], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A list of tables with a name each, never twice the same."""
    one = st.fixed_dictionaries({"name": st.sampled_from(names)}, optional=optional)
    return st.lists(one, max_size=len(names), unique_by=lambda row: row["name"])


TEMPLATE_TEXT = st.fixed_dictionaries({"subject": NAMES.map(lambda text: text.replace("#", "")), "body": BODIES})
OURS = st.fixed_dictionaries({"name": st.just("Ours"), "fr": TEMPLATE_TEXT}, optional={"en": TEMPLATE_TEXT})
PROGRAMS = st.fixed_dictionaries(
    {"name": st.just("P"), "step": st.lists(STEPS, min_size=1, max_size=4).map(increasing)},
    optional={"general": st.booleans(), "grouping": st.sampled_from(["customer", "invoice"]), "active": st.booleans()},
)
USES = st.sampled_from(["to", "cc", "bcc", "none"])
CONTACTS = st.lists(
    st.fixed_dictionaries(
        {"email": st.sampled_from(["a@x.fr", "d@x.fr", "patron@x.fr"])},
        optional={
            "name": TEXTS,
            "phone": st.sampled_from(["", "06 12 34 56 78"]),
            "language": st.sampled_from(["", "en"]),
            "role": st.sampled_from(["", "billing", "reminders", "management"]),
            "use": USES,
            "levels": st.dictionaries(st.sampled_from("0123"), USES),
        },
    ),
    max_size=2,
    unique_by=lambda row: str(row["email"]),
)
CUSTOMERS = st.lists(
    st.fixed_dictionaries(
        {"code": NAMES, "name": NAMES},
        optional={
            "kind": st.sampled_from(["company", "consumer", "public", "unknown"]),
            "email": EMAIL_LISTS,
            "cc": EMAIL_LISTS,
            "bcc": EMAIL_LISTS,
            "contact": CONTACTS,
            "address": st.lists(TEXTS, max_size=3),
            "country": st.sampled_from(["", "FR", "BE"]),
            "language": st.sampled_from(["", "en", "pt"]),
            "group": st.sampled_from(["G", ""]),
            "program": st.sampled_from(["inherit", "never", "P", "Standard"]),
            "insolvent": st.booleans(),
            "paused_until": st.one_of(st.dates(), st.sampled_from(["", "forever"])),
            "notes": PARAGRAPHS,
        },
    ),
    max_size=3,
    unique_by=lambda row: str(row["code"]).strip(),
)
FILES = st.fixed_dictionaries(
    {
        "firm": FIRM,
        "automation": AUTOMATION,
        "email": EMAIL,
        "template": st.tuples(OURS).map(list),
        "program": st.tuples(PROGRAMS).map(list),
        "group": st.just([{"name": "G", "program": "P"}]),
        "customer": CUSTOMERS,
    }
)


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
    """The file's program and, after it, the one that is there from the start, no longer general."""
    programs: list[dict[str, Any]] = tomllib.loads(services.dump(session))["program"]
    assert programs[0] == tomllib.loads(COMPLETE)["program"][0]
    assert (programs[1]["name"], programs[1]["general"]) == ("Standard", False)
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
[[template]]
name = "T"
channel = "letter"
fr = { subject = "s", body = "b" }
[[program]]
name = "P"
general = true
grouping = "invoice"
active = false
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
[[group]]
name = "G"
program = "never"
[[customer]]
code = "C"
name = "n"
kind = "public"
language = "en"
insolvent = true
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
program = "P"
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
