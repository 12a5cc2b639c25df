"""Words of the first steps: their names and how they stand; refusals about the examples."""

from collections.abc import Mapping

from relance.services.first_steps import FirstStep, StepState
from relance.web.labels import N_, Say

STEPS: dict[FirstStep, str] = {
    FirstStep.ACCOUNT: N_("Create your account"),
    FirstStep.FIRM: N_("Present your firm"),
    FirstStep.EMAIL: N_("Set up the sending of e-mails"),
    FirstStep.INVOICES: N_("Import your unpaid invoices"),
    FirstStep.TEST: N_("See the simulation, receive a test"),
    FirstStep.ACTIVATE: N_("Switch on the automatic reminders"),
}
STATES: dict[StepState, str] = {
    StepState.DONE: N_("Done"),
    StepState.TO_DO: N_("To do"),
    StepState.LATER: N_("Later"),
    StepState.BLOCKED: N_("Cannot start yet"),
}
REFUSALS = {
    "examples.real_data": N_("Your own data are here already: examples can't be mixed with them. Nothing was changed."),
    "first_steps.nothing_to_test": N_("No unpaid invoice has a reminder to test yet: import invoices first."),
    "examples.not_made": N_("The examples could not be made: %(error)s. Nothing was changed."),
    "examples.none": N_("These are no examples: nothing was removed."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about the examples."""
    return _(REFUSALS[code]) % facts if code in REFUSALS else None
