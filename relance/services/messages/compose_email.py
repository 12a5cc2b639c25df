"""Composing an e-mail: recipients and copies, the invoices' files, a plain text and the HTML made from it."""

from dataclasses import replace

from relance.services.invoice_files import attach
from relance.services.messages.compose_text import Desk, Written, said, template, write
from relance.services.messages.facts import Composed, MessageFacts
from relance.services.messages.html_mail import to_html
from relance.services.messages.markup import guarded
from relance.services.messages.recipients import Recipients, recipients
from relance.services.messages.values import conditions, deadline
from relance.services.refusal import Refused
from relance.services.texts import words

TEST_SUBJECT = "[Test] "


def email(facts: MessageFacts, desk: Desk) -> Composed:
    """One e-mail. Pure but for the PDF files it looks at; raises Refused."""
    return _email(facts, desk, recipients(facts, desk.house))


def email_to_oneself(facts: MessageFacts, desk: Desk, asker: str) -> Composed:
    """The same e-mail for the person who asks, with those it would go to on its first line."""
    try:
        meant = recipients(facts, desk.house)
    except Refused:
        meant = Recipients(())
    real = _email(facts, desk, meant, test=True)
    return replace(real, to=(asker,), cc=(), bcc=())


def _marked_as_test(written: Written, meant: Recipients, language: str) -> Written:
    spoken = words(language)
    everyone = ", ".join((*meant.to, *meant.cc, *meant.bcc)) or spoken["nobody"]
    first = spoken["test"].replace("{recipients}", everyone)
    marked = f"{guarded(first, links=False)}\n\n{written.marked}"
    return Written(TEST_SUBJECT + written.subject, f"{first}\n\n{written.text}", marked)


def _email(facts: MessageFacts, desk: Desk, people: Recipients, *, test: bool = False) -> Composed:
    house = desk.house
    if not house.sender:
        raise Refused("compose.no_sender")
    body = template(facts, desk)
    files = attach(desk.pdf_folder, facts.claims)
    sent = {file.name for file in files}
    met = conditions(facts, desk.today, attached=all(claim.pdf_name in sent for claim in facts.claims))
    written = write(facts, body, said(facts, desk, body, people.to), met)
    if test:
        written = _marked_as_test(written, people, body.language)
    return Composed(
        uid=facts.uid,
        subject=written.subject,
        text=written.text,
        html=to_html(written.marked, subject=written.subject, language=body.language, markup=True),
        to=people.to,
        cc=people.cc,
        bcc=people.bcc,
        sender=house.sender,
        reply_to=house.reply_to,
        language=body.language,
        template=body.name,
        fell_back=body.fell_back,
        attachments=tuple(file.as_json() for file in files),
        deadline=deadline(facts, desk.today),
        claimed=facts.claimed,
    )
