"""Composing an SMS: mobile numbers, a text that keeps to the telephones' own alphabet, how many parts it takes."""

from relance.domain.merge import uses
from relance.domain.sms import Encoding, Parts, normalise, parts
from relance.services.messages.compose_text import Desk, said, template, write
from relance.services.messages.facts import Composed, House, MessageFacts
from relance.services.messages.values import conditions, deadline, one_line
from relance.services.refusal import Refused
from relance.services.texts import TemplateBody, words
from relance.storage.recipients import mobiles_of, why_not

MOST_PARTS = 6
CLOSED = "sms.closed"  # a mobile number that must not be used any more
TITLE = 60  # characters of the text that name an SMS whose template has no subject


def sms(facts: MessageFacts, desk: Desk) -> Composed:
    """One SMS. Pure; raises Refused."""
    return _sms(facts, desk, _numbers(facts))


def _numbers(facts: MessageFacts) -> tuple[str, ...]:
    """Where it goes; raises Refused with what is wrong with each number that is there."""
    if facts.mobiles:
        return facts.mobiles
    country = facts.address.country if facts.address else ""
    reasons = [why.value if (why := why_not(number, country)) else CLOSED for number in facts.numbers]
    raise Refused("compose.no_mobile", customer=facts.customer, numbers=list(facts.numbers), reasons=reasons)


def sms_to_oneself(facts: MessageFacts, desk: Desk, asker: str, country: str) -> Composed:
    """The same SMS to the number of the person who asks, marked as a test."""
    to = mobiles_of((asker,), country)
    if not to:
        why = why_not(asker, country)
        raise Refused("compose.no_mobile", customer="", numbers=[asker], reasons=[why.value] if why else [])
    return _sms(facts, desk, to[:1], test=True)


def _sms(facts: MessageFacts, desk: Desk, to: tuple[str, ...], *, test: bool = False) -> Composed:
    body = template(facts, desk)
    fields = sms_fields(facts, desk, body)
    written = write(facts, body, fields, conditions(facts, desk.today, attached=False))
    mark = words(body.language)["mark"]
    text = gsm(f"{mark} {written.text}" if test else written.text, without_accents=desk.sms.without_accents)
    taken = _counted(text, facts)
    title = written.subject or _shortened(text)
    return Composed(
        uid=facts.uid,
        subject=f"{mark} {title}" if test else title,
        text=text,
        html="",
        to=to,
        cc=(),
        bcc=(),
        sender=desk.sms.sender,
        reply_to="",
        language=body.language,
        template=body.name,
        fell_back=body.fell_back,
        attachments=(),
        deadline=deadline(facts, desk.today),
        claimed=facts.claimed,
        parts=taken.parts * len(to),
    )


def sms_fields(facts: MessageFacts, desk: Desk, body: TemplateBody) -> dict[str, str | None]:
    """The value of every field; a text that has named the firm needs no name to sign with."""
    fields = said(facts, desk, body, ())
    if "ENTREPRISE" in uses(body.body):
        fields["SIGNATURE"] = _who_to_call(desk.house)
    return fields


def gsm(text: str, *, without_accents: bool) -> str:
    """The text in the telephones' own alphabet where that can be; else as it was, for its accents cost nothing then."""
    plain = normalise(text, without_accents=without_accents, gsm_only=True)
    if parts(plain).encoding is Encoding.GSM7:
        return plain
    return normalise(text, without_accents=without_accents)


def _counted(text: str, facts: MessageFacts) -> Parts:
    taken = parts(text)
    if not text.strip():
        raise Refused("compose.empty_text", template=facts.step.template or "")
    if taken.parts > MOST_PARTS:
        raise Refused("compose.sms_too_long", customer=facts.customer, parts=taken.parts, most=MOST_PARTS)
    return taken


def _who_to_call(house: House) -> str | None:
    """The signature of a text that has named the firm already."""
    return "".join(house.phone.split()) or house.email or house.sender or one_line(house.name) or None


def _shortened(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= TITLE else line[: TITLE - 1].rstrip() + "…"
