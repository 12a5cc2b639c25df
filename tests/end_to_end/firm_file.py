"""The firm's programs, and the settings file that says the same."""

from relance.domain.delivery import ChannelName
from relance.domain.program import CountFrom, Grouping, Mode, Program, ProgramId, Repeat, Step
from tests.end_to_end.ledger import Client

ARCHIVE = "archive@durand.example"
OWN_TEXT = "Ferme"
MINIMUM_GAP = 5
GRACE = 2
FRESHNESS = 7

_OWN = ((ChannelName.EMAIL, OWN_TEXT),)
_PREVIOUS = CountFrom.PREVIOUS

STANDARD = Program(
    ProgramId(1),
    "Standard",
    (
        Step(0, -3),
        Step(0, 0),
        Step(1, 5, deadline_days=4),
        Step(2, 12, deadline_days=8),
        Step(3, 20, repeat=Repeat(10, 2)),
    ),
)
KEY_ACCOUNTS = Program(
    ProgramId(2),
    "Grands comptes",
    (Step(1, 3), Step(2, 6, _PREVIOUS, templates=_OWN), Step(3, 9, _PREVIOUS, mode=Mode.APPROVAL)),
    Grouping.INVOICE,
)
BY_HAND = Program(ProgramId(3), "À la main", (Step(0, 0), Step(1, 4, mode=Mode.MANUAL), Step(2, 15, templates=_OWN)))
EXPRESS = Program(
    ProgramId(4),
    "Express",
    (Step(0, -7), Step(1, 1), Step(1, 2, templates=_OWN), Step(2, 8, repeat=Repeat(3, 3))),
)
PROGRAMS = {program.id: program for program in (STANDARD, KEY_ACCOUNTS, BY_HAND, EXPRESS)}
GROUPS = {"Grands comptes": KEY_ACCOUNTS, "Occasionnels": None}


def settings_file(port: int, clients: list[Client], *, enabled: bool) -> str:
    """The whole firm as TOML."""
    parts = [_FIRM, _AUTOMATION.replace("ENABLED", str(enabled).lower()), _EMAIL.replace("PORT", str(port)), _TEMPLATE]
    parts.extend(_program(program) for program in PROGRAMS.values())
    parts.extend(
        f'[[group]]\nname = "{name}"\nprogram = "{program.name if program else "inherit"}"\n'
        for name, program in GROUPS.items()
    )
    parts.extend(_customer(client) for client in clients if client.program or client.cc)
    return "\n".join(parts)


_FIRM = """[firm]
name = "Durand & Fils"
email = "claire@durand.example"
country = "FR"
timezone = "Europe/Paris"
language = "fr"
currency = "EUR"
iban = "FR1420041010050500013M02606"
"""
_AUTOMATION = f"""[automation]
enabled = ENABLED
scope = "upcoming"
run_at = "10:00"
working_days_only = true
minimum_gap_days = {MINIMUM_GAP}
freshness_days = {FRESHNESS}
promise_grace_days = {GRACE}
"""
_EMAIL = f"""[email]
host = "127.0.0.1"
port = PORT
security = "none"
sender = "compta@durand.example"
bcc = ["{ARCHIVE}"]
"""
_TEMPLATE = f"""[[template]]
name = "{OWN_TEXT}"
channel = "email"
[template.fr]
subject = "Relance ferme #REF#"
body = \"\"\"
#SALUTATION#

Niveau #NIVEAU#. Il reste #RESTE_DU# à régler.

#LISTE_FACTURES#

Bien cordialement,
#SIGNATURE#
\"\"\"
[template.en]
subject = "Firm reminder #REF#"
body = \"\"\"
#SALUTATION#

Level #NIVEAU#. #RESTE_DU# is still outstanding.

#LISTE_FACTURES#

Kind regards,
#SIGNATURE#
\"\"\"
"""


def _program(program: Program) -> str:
    lines = ["[[program]]", f'name = "{program.name}"', f'grouping = "{program.grouping}"']
    lines.append(f"general = {str(program is STANDARD).lower()}")
    for step in program.steps:
        lines += ["[[program.step]]", f"level = {step.level}", f"offset = {step.offset}", f'mode = "{step.mode}"']
        lines.append(f'from = "{step.counts_from}"')
        if step.templates:
            lines.append(f'template = "{step.templates[0][1]}"')
        if step.deadline_days:
            lines.append(f"deadline_days = {step.deadline_days}")
        if step.repeat:
            lines += [f"repeat_every = {step.repeat.every_days}", f"repeat_times = {step.repeat.times}"]
    return "\n".join(lines) + "\n"


def _customer(client: Client) -> str:
    lines = ["[[customer]]", f'code = "{client.code}"', f'name = "{client.name}"']
    if client.emails:
        lines.append(f"email = {list(client.emails)}".replace("'", '"'))
    if client.cc:
        lines.append(f"cc = {list(client.cc)}".replace("'", '"'))
    if client.program:
        lines.append(f'program = "{client.program}"')
    return "\n".join(lines) + "\n"
