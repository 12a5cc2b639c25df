"""What composing has in common in all channels: the desk, the template, the fields filled in (RULES 4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from relance.domain.merge import FIELDS, Conditions, Filled, fill
from relance.services.messages.facts import Claim, House, LetterHouse, MessageFacts, OwnText, SmsHouse
from relance.services.messages.markup import guarded, plain
from relance.services.messages.values import PROFESSIONALS, one_line, values
from relance.services.messages.values import lines as several_lines
from relance.services.refusal import Refused
from relance.services.texts import Stored, TemplateBody, Wanted, choose, exists

# Addresses in these values are links: the firm wrote them.
_MAY_LINK = frozenset(("LIEN_PAIEMENT", "SIGNATURE"))

__all__ = ["Desk", "Written", "names", "said", "template", "wanted", "write"]


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
    """A subject and a text, finished; `marked` is the text with its links and its emphasis as they were typed."""

    subject: str
    text: str
    marked: str


def wanted(facts: MessageFacts, of_firm: str) -> Wanted:
    """What the text of a message is chosen by."""
    return Wanted(
        name=facts.step.template,
        channel=facts.channel,
        language=facts.language,
        firm_language=of_firm,
        level=facts.step.level,
        offset=facts.step.offset,
        tone=facts.tone,
        pro=facts.kind in PROFESSIONALS,
    )


def names(facts: MessageFacts) -> tuple[str, ...]:
    """The models that a message may need."""
    return wanted(facts, facts.language).names


def template(facts: MessageFacts, desk: Desk) -> TemplateBody:
    """The text to use; raises Refused when the model that the step names is gone."""
    named = facts.step.template
    if named and not exists(desk.templates, named):
        raise Refused("compose.unknown_template", template=named, channel=facts.channel.value)
    return choose(desk.templates, wanted(facts, desk.house.language))


def said(facts: MessageFacts, desk: Desk, body: TemplateBody, to: tuple[str, ...]) -> dict[str, str | None]:
    """The value of every field, in the language of the text."""
    return values(facts, desk.house, to, body.language, desk.today)


def write(facts: MessageFacts, body: TemplateBody, fields: dict[str, str | None], met: Conditions) -> Written:
    """The template filled in, or what a person wrote in its place, as it is. Raises Refused."""
    own, (subject, marked) = facts.own or OwnText(), sketch(body, fields, met)
    if own.text:
        marked = Filled(guarded(several_lines(own.text), links=True))
    if own.subject:
        subject = Filled(own.subject)
    for lacking in (*marked.missing, *subject.missing):
        code = "compose.missing_field" if lacking in FIELDS else "compose.unknown_field"
        raise Refused(code, field=lacking, invoice=_lacking(lacking, facts.claims), template=body.name)
    text = plain(marked.text)
    if not text.strip():
        raise Refused("compose.empty_text", template=body.name)
    return Written(one_line(subject.text), text, marked.text)


def sketch(
    body: TemplateBody, fields: Mapping[str, str | None], met: Conditions, empty: str = ""
) -> tuple[Filled, Filled]:
    """Subject and text filled in, the text with its markup; `empty` stands for a field without a value."""
    kept = {key: guarded(value, links=key in _MAY_LINK) if value else value for key, value in fields.items()}
    # The greeting ends with its own sign: a template that adds a comma doesn't double it.
    text, subject = (one.replace("#SALUTATION#,", "#SALUTATION#") for one in (body.body, body.subject))
    return fill(subject, fields, met, empty), fill(text, kept, met, empty)


def _lacking(lacking: str, claims: tuple[Claim, ...]) -> str:
    """The number of the invoice that has no value for a field: the first when it isn't one's own."""
    dates = {"DATE_FACTURE": lambda claim: claim.issue_date, "ECHEANCE": lambda claim: claim.due_date}.get(lacking)
    found = next((claim for claim in claims if dates and dates(claim) is None), claims[0])
    return found.number
