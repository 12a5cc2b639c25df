"""Reads the senders of a settings file, each with an e-mail account of its own or none."""

from dataclasses import dataclass, field
from typing import Any

from relance.services.senders.keys import SENDER
from relance.services.settings import values
from relance.services.settings.lines import Path
from relance.services.settings.problems import ProblemCode, Problems
from relance.services.settings.tables import (
    EMAIL,
    Given,
    Known,
    StoredSender,
    name_in,
    read_table,
    settle_secrets,
)
from relance.services.settings.values import Read

# The keys of a sender's own e-mail account: it signs in with a password alone.
ACCOUNT: dict[str, Read] = {**EMAIL, "sign_in": values.word_of("password")}
_NEEDED = ("host", "sender")  # without one of these, nothing could leave through an account


@dataclass(frozen=True, slots=True)
class SenderSpec:
    """What a sender is to be; what isn't given stays as it is. No account: it keeps the one it has, or none."""

    name: str
    columns: Given = field(default_factory=dict)
    account: Given | None = None


def read_sender(raw: dict[str, Any], path: Path, known: Known, problems: Problems) -> SenderSpec | None:
    """A [[sender]] table; None when it has no usable name. What else is wrong is among the problems."""
    owner = name_in(raw)
    if isinstance(raw.get("email"), dict):
        problems.add((*path, "email"), ProblemCode.ACCOUNT_KEY, owner=owner)
        raw = {key: value for key, value in raw.items() if key != "email"}
    given = read_table(raw, path, SENDER, problems, owner=owner, others=("account",))
    if "name" not in raw:
        problems.add(path, ProblemCode.MISSING, key="name")
    stored = known.stored_senders.get(owner, StoredSender())
    _check_name(path, known, problems, owner)
    _check_bic(raw, given, path, stored, problems, owner)
    account = _account(raw["account"], (*path, "account"), stored, problems, owner) if "account" in raw else None
    name = given.pop("name", None)
    return SenderSpec(name, given, account) if name is not None else None


def _check_name(path: Path, known: Known, problems: Problems, owner: str) -> None:
    """Two senders can't differ by capitals alone."""
    if owner in known.stored_senders:
        return
    same = next((one for one in known.stored_senders if one.casefold() == owner.casefold()), None)
    if same is not None:
        problems.add((*path, "name"), ProblemCode.NAME_TAKEN, owner=owner, value=owner, near=same)


def _check_bic(
    raw: dict[str, Any], given: Given, path: Path, stored: StoredSender, problems: Problems, owner: str
) -> None:
    """A BIC goes with its IBAN, whichever of the two the file changes."""
    said = {"iban", "bic"} & raw.keys()
    if said - given.keys() or not said:
        return
    if given.get("bic", stored.bic) and not given.get("iban", stored.iban):
        key = "bic" if "bic" in said else "iban"
        problems.add((*path, key), ProblemCode.BIC_ALONE, owner=owner, value=given[key])


def _account(raw: object, path: Path, stored: StoredSender, problems: Problems, owner: str) -> Given:
    given = read_table(raw, path, ACCOUNT, problems, owner=owner)
    settle_secrets(given, path, problems, owner=owner)
    if not isinstance(raw, dict):
        return given
    for key in _NEEDED:
        if key not in raw and not stored.has_account:
            problems.add(path, ProblemCode.MISSING, owner=owner, key=key)
        elif given.get(key) == "":
            problems.add((*path, key), ProblemCode.EMPTY, owner=owner)
    return given
