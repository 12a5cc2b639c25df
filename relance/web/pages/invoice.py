"""The page of one invoice: what it is, why it is or isn't chased, what was sent and what follows."""

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from relance.domain.delivery import ChannelName
from relance.domain.plan import Outcome
from relance.domain.reasons import ReasonCode
from relance.services.by_hand import channels_of
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.delivery.outbox import recipients
from relance.services.messages.compose import PDF_FOLDER
from relance.services.sending import not_set_up
from relance.services.sheet import Sheet, pdf_of, sheet
from relance.storage.queries import invoice as queries
from relance.storage.queries import replies
from relance.web import mends
from relance.web.charge_card import charge_card
from relance.web.database import firm, local_now, reading, wiring
from relance.web.forms.base import PageForm
from relance.web.forms.invoices import HOLD_FORMS, ExcludeForm, PaymentForm, ProgramForm
from relance.web.labels import invoices as labels
from relance.web.labels import reasons
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.message_preview import message_preview, step_form
from relance.web.message_words import customer_page, message_words

Answer = Response | str | tuple[str, int]
LARGEST_ID = 2**63 - 1
HERE = "/factures/<int:invoice_id>"


def register(page: Blueprint) -> None:
    """Its addresses; they belong to the blueprint of the list, so that the menu shows where one is."""
    page.add_url_rule("/factures/<number>", "find", find)
    page.add_url_rule(HERE, "show", show)
    page.add_url_rule(f"{HERE}/pdf", "pdf", pdf)


def find(number: str) -> Answer:
    """The page of an invoice by its number."""
    found = queries.find_number(reading(), number)
    return redirect(url_for("invoices.show", invoice_id=found)) if found else abort(404)


def show(invoice_id: int) -> Answer:
    """The page; a number made of digits alone leads to its invoice, too."""
    found = look(invoice_id, or_none=True)
    if found is None:
        return find(str(invoice_id))
    return render_template("invoices/show.html", **shown(found))


def look(invoice_id: int, *, or_none: bool = False) -> Any:
    """The sheet of an invoice; 404 when there is none."""
    found = sheet(reading(), firm(), invoice_id, local_now()) if invoice_id <= LARGEST_ID else None
    return found if found is not None or or_none else abort(404)


def shown(found: Sheet, *, failed: PageForm | None = None) -> dict[str, Any]:
    """All that the page shows; `failed` is the form that was refused, with its errors."""
    session, key = reading(), found.row.id
    paid = queries.payments(session, key)
    forms: dict[str, PageForm] = {
        "pay": PaymentForm(
            formdata=None,
            prefix="pay-",
            data={"paid_on": found.today, "after": str(max((one.id for one in paid), default=0))},
        ),
        "exclude": ExcludeForm(formdata=None, prefix="exclude-"),
        "program": ProgramForm(queries.programs(session), formdata=None, data={"program": _choice(found)}),
        "step": (step := step_form(found, shut())),
        **{kind.value: form(formdata=None, prefix=f"{kind}-") for kind, form in HOLD_FORMS.items()},
    }
    if failed is not None:
        name = next(name for name, form in forms.items() if type(form) is type(failed))
        forms[name] = failed
    return {
        "found": found,
        "events": (events := queries.events(session, key)),
        "heard": replies.heard_of(session, {one.message for one in events if one.message is not None}),
        "payments": paid,
        "credits": queries.credits(session, key),
        "holds": queries.holds(session, key, found.row.customer_id),
        "pdf": pdf_of(found.row, _folder()),
        "forms": forms,
        "failed": failed,
        **message_preview(found, step),
        **charge_card(found),
        **_words(found),
        **message_words(),
    }


def shut() -> dict[ChannelName, str]:
    """The channels that this firm can't send through."""
    return not_set_up(read_accounts(reading()), demo=wiring().settings.demo)


def _words(found: Sheet) -> dict[str, Any]:
    decision, row = found.decision, found.row
    waiting = queries.waiting(reading(), [row.id]).get(row.id)
    program = found.simulation.programs.get(decision.program) if decision.program is not None else None
    step = program.steps[decision.step.position - 1] if program and decision.step else None
    ready = channels_of(found.situation, found.situation.step) if found.situation.step else ()
    level = found.situation.step.level if found.situation.step else 0
    return {
        "kind_name": _(reasons.KINDS[row.kind]),
        "source_name": _(labels.SOURCES[found.source]),
        "hold_names": {kind: _(name) for kind, name in labels.HOLDS.items()},
        "origin_names": {origin: _(name) for origin, name in labels.ORIGINS.items()},
        "offset_of_step": step.offset if step else None,
        "customer_page": customer_page(row.customer_id),
        "mends": _mends(found),
        "run_waits": _run_waits(found),
        "waiting": waiting,
        "waiting_said": labels.what_waits(waiting, language()) if waiting else "",
        "people": [one for channel in ready for one in _people(found, channel, level)],
    }


def _people(found: Sheet, channel: ChannelName, level: int) -> tuple[str, ...]:
    """Who a reminder goes to; a letter to the customer itself."""
    people = recipients(found.invoice, found.customer, channel, level)
    return (found.customer.name,) if people and channel is ChannelName.LETTER else people


def _mends(found: Sheet) -> dict[ReasonCode, tuple[str, str]]:
    """Where a reason can be mended, address and words; this very page isn't named."""
    here = url_for("invoices.show", invoice_id=found.row.id)
    known = {why.code: mends.of_reason(why, found.invoice) for why in found.decision.reasons}
    return {code: mend for code, mend in known.items() if mend and mend[0] != here}


def _run_waits(found: Sheet) -> str:
    """Why what would leave today doesn't leave yet."""
    skipped = found.simulation.skipped_run
    if found.decision.outcome not in (Outcome.SEND, Outcome.APPROVAL) or skipped is None:
        return ""
    return reasons.skipped(skipped, language())


def _choice(found: Sheet) -> str:
    return str(found.row.program_id) if found.row.program_id is not None else found.row.program_choice.value


def pdf(invoice_id: int) -> Answer:
    """The invoice's own file, as it goes with its reminders."""
    folder = _folder()
    file = pdf_of(look(invoice_id).row, folder)
    if file is None:
        abort(404)
    return send_file(folder / file.name, mimetype=file.media_type, as_attachment=True, download_name=file.name)


def _folder() -> Path:
    return (wiring().settings.data_dir / PDF_FOLDER).resolve()
