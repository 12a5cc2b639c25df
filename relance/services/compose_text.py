"""What composing has in common in all channels: the desk, the template, the fields filled in (RULES 4.3)."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from relance.domain.merge import FIELDS, Conditions, fill
from relance.services.message_facts import Claim, House, LetterHouse, MessageFacts, OwnText, SmsHouse
from relance.services.message_values import lines as several_lines
from relance.services.message_values import one_line, values
from relance.services.refusal import Refused
from relance.services.texts import Stored, TemplateBody, choose, default_name

__all__ = ["Desk", "Written", "names", "said", "template", "write"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What all messages of a batch are composed with."""

    house: House
    templates: Stored
    today: date
    pdf_folder: Path | None = None
    letters: LetterHouse | None = None
    sms: SmsHouse = field(default_factory=SmsHouse)


@dataclass(frozen=True, slots=True)
class Written:
    """A subject and a text, finished."""

    subject: str
    text: str


def names(facts: MessageFacts) -> set[str]:
    """The templates that a message may need."""
    default = default_name(facts.step.level, facts.step.offset)
    return {default, facts.step.template or default}


def template(facts: MessageFacts, desk: Desk) -> TemplateBody:
    """The text to use; raises Refused when the one that the step names is gone."""
    default = default_name(facts.step.level, facts.step.offset)
    wanted = facts.step.template or default
    languages = (facts.language, desk.house.language)
    body = choose(desk.templates, wanted, facts.channel, languages, default=default)
    if body.name != wanted:
        raise Refused("compose.unknown_template", template=wanted, channel=facts.channel.value)
    return body


def said(facts: MessageFacts, desk: Desk, body: TemplateBody, to: tuple[str, ...]) -> dict[str, str | None]:
    """The value of every field, in the language of the text."""
    return values(facts, desk.house, to, body.language, desk.today)


def write(facts: MessageFacts, body: TemplateBody, fields: dict[str, str | None], met: Conditions) -> Written:
    """The template filled in, or what a person wrote in its place, as it is. Raises Refused."""
    own = facts.own or OwnText()
    text = several_lines(own.text) if own.text else _fill(body.body, fields, met, facts, body)
    subject = own.subject or (_fill(body.subject, fields, met, facts, body) if body.subject else "")
    if not text.strip():
        raise Refused("compose.empty_text", template=body.name)
    return Written(one_line(subject), text)


def _fill(text: str, fields: dict[str, str | None], met: Conditions, facts: MessageFacts, body: TemplateBody) -> str:
    # The greeting ends with its own sign: a template that adds a comma doesn't double it.
    filled = fill(text.replace("#SALUTATION#,", "#SALUTATION#"), fields, met)
    if filled.missing:
        lacking = filled.missing[0]
        code = "compose.missing_field" if lacking in FIELDS else "compose.unknown_field"
        raise Refused(code, field=lacking, invoice=_lacking(lacking, facts.claims), template=body.name)
    return filled.text


def _lacking(lacking: str, claims: tuple[Claim, ...]) -> str:
    """The number of the invoice that has no value for a field: the first when it isn't one's own."""
    dates = {"DATE_FACTURE": lambda claim: claim.issue_date, "ECHEANCE": lambda claim: claim.due_date}.get(lacking)
    found = next((claim for claim in claims if dates and dates(claim) is None), claims[0])
    return found.number
