"""Forms whose values are checked like those of a settings file: each problem goes to the field it is about."""

from relance.services.refusal import Refused
from relance.services.settings.loading import Problem
from relance.web.forms.base import PageForm
from relance.web.labels import settings as labels
from relance.web.language import gettext


class SettingsForm(PageForm):
    """Its fields have the names of the keys."""

    def refused(self, error: Refused) -> None:
        """Show every problem at its field, what belongs to none of them above the form."""
        if error.code != "config.problems":
            super().refused(error)
            return
        found = error.facts["problems"]
        assert isinstance(found, tuple)
        for problem in found:
            self._show(problem)

    def _show(self, problem: Problem) -> None:
        said = labels.problem(problem, gettext)
        name = problem.key.rpartition(".")[2]
        if name in self:
            self[name].errors = [*self[name].errors, said]
        else:
            self.form_errors.append(said)


def number(text: str | None) -> object:
    """A whole number where a person typed one, else what was typed: the check will say so."""
    typed = (text or "").strip()
    return int(typed) if typed.isascii() and typed.lstrip("-").isdigit() and len(typed) <= 12 else typed


def decimal(text: str | None) -> str:
    """An amount as the check reads it: a point for the decimals, no spaces."""
    return "".join((text or "").split()).replace(",", ".")
