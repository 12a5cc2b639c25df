"""Sentences about saved views."""

from collections.abc import Mapping

from relance.web.labels import N_, Say

REFUSALS: dict[str, str] = {
    "view.no_name": N_("Give the view a name."),
    "view.long_name": N_("This name is too long: %(most)s characters at most."),
    "view.nothing": N_("This list is neither filtered nor sorted: there is nothing to save. Choose filters first."),
    "view.long": N_("These filters are too long to be saved. Shorten the search."),
    "view.too_many": N_("You have %(most)s saved views already. Delete one first."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The refusals of saved views."""
    return _(REFUSALS[code]) % facts if code in REFUSALS else None
