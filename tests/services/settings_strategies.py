"""Any sound settings file, for the tests that load one and dump it again."""

from typing import Any

from hypothesis import strategies as st

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
    charges=st.booleans(),
    contract_rate=st.sampled_from(["", "12,40 %", "0.001", 100, 12.4]),
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
SENDER_NAMES = ["Lyon", "Été & fils", 'Le "Grand" Brest']
IBANS = st.sampled_from(
    [{}, {"iban": ""}, {"iban": "FR1420041010050500013M02606"}, {"iban": "BE71096123456769", "bic": "GKCCBEBB"}]
)
SENDERS = st.lists(
    st.builds(
        dict.__or__,
        st.fixed_dictionaries(
            {"name": st.sampled_from(SENDER_NAMES)},
            optional={
                "address": PARAGRAPHS,
                "siren": st.sampled_from(["", "404 833 048"]),
                "phone": TEXTS,
                "email": st.sampled_from(["", "lyon@x.fr"]),
                "signature": PARAGRAPHS,
                "footer": PARAGRAPHS,
                "place": TEXTS,
                "account": EMAIL.map(lambda keys: keys | {"host": "smtp.x.fr", "sender": "Lyon <lyon@x.fr>"}),
            },
        ),
        IBANS,
    ),
    max_size=3,
    unique_by=lambda row: str(row["name"]),
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


TEMPLATE_TEXT = st.fixed_dictionaries({"subject": NAMES.map(lambda text: text.replace("#", "")), "body": BODIES})
OURS = st.fixed_dictionaries({"name": st.just("Ours"), "fr": TEMPLATE_TEXT}, optional={"en": TEMPLATE_TEXT})
MODELS = st.fixed_dictionaries({"email": OURS}, optional={"sms": OURS, "letter": OURS}).map(
    lambda texts: [{**text, "channel": channel} for channel, text in texts.items()]
)  # one name, with a text for each of its channels
PROGRAMS = st.fixed_dictionaries(
    {"name": st.just("P"), "step": st.lists(STEPS, min_size=1, max_size=4).map(increasing)},
    optional={"general": st.booleans(), "grouping": st.sampled_from(["customer", "invoice"]), "active": st.booleans()},
)
OWN = {"name": "Durand (C1)", "own": True, "offsets": "3, 9"}
GROUPS = st.fixed_dictionaries(
    {"name": st.just("G"), "program": st.just("P")},
    optional={"tone": st.sampled_from(["gentle", "standard", "firm"]), "sender": st.sampled_from(["", "Nantes"])},
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
            "sender": st.sampled_from(["", "Nantes"]),
            "insolvent": st.booleans(),
            "charges": st.booleans(),
            "paused_until": st.one_of(st.dates(), st.sampled_from(["", "forever"])),
            "notes": PARAGRAPHS,
        },
    ),
    max_size=3,
    unique_by=lambda row: str(row["code"]).strip(),
).map(lambda rows: [*({**row, "program": OWN["name"]} for row in rows[:1]), *rows[1:]])
FILES = st.fixed_dictionaries(
    {
        "firm": FIRM,
        "automation": AUTOMATION,
        "email": EMAIL,
        "sender": SENDERS.map(lambda rows: [{"name": "Nantes"}, *rows]),
        "template": MODELS,
        "program": st.tuples(PROGRAMS, st.just(OWN)).map(list),
        "group": st.tuples(GROUPS).map(list),
        "customer": CUSTOMERS,
    }
)
