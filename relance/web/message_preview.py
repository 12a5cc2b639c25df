"""The reminder of one invoice as it would read now, on the page of the invoice: step, channel and language as asked."""

from collections.abc import Mapping
from typing import Any

from flask import request

from relance.domain.delivery import ChannelName
from relance.services.by_hand import pick
from relance.services.delivery.channel_accounts import read_accounts
from relance.services.messages import compose
from relance.services.messages.compose import Composed
from relance.services.refusal import Refused
from relance.services.sheet import Sheet
from relance.web.database import firm, reading, wiring
from relance.web.forms.reminders import StepForm
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.labels.refusals import refusal
from relance.web.language import language


def step_form(found: Sheet, shut: Mapping[ChannelName, str]) -> StepForm:
    """The form of testing and reminding, filled from the address where that makes sense."""
    if request.method == "GET" and "etape" in request.args and found.steps:
        form = StepForm(found, shut, formdata=request.args)
        if form.validate():
            return form
    return StepForm(found, shut, formdata=None)


def message_preview(found: Sheet, form: StepForm) -> dict[str, Any]:
    """For render_template: the message, or why there is none to see. A letter is not printed for a look at its text."""
    if found.situation.stopped or not found.steps:
        return {"preview": None, "preview_refused": ""}
    try:
        made = _made(found, form)
    except Refused as error:
        return {"preview": None, "preview_refused": refusal(error, language())}
    return {
        "preview": made,
        "preview_refused": "",
        "preview_step": form.position_name,
        "preview_channel": form.tested,
        "preview_language": LANGUAGE_NAMES.get(made.language, made.language),
    }


def _made(found: Sheet, form: StepForm) -> Composed:
    session, situation = reading(), found.situation
    step, spoken = pick(situation, form.position), form.langue.data or ""
    draft = compose.draft_by_hand(session, situation, step, form.tested, firm(), spoken)
    data_dir = wiring().settings.data_dir
    [made] = compose.preview(session, [draft], firm(), read_accounts(session), found.today, data_dir)
    if isinstance(made, Refused):
        raise made
    return made
