"""Words of the import pages: what is asked about a file, how its columns were read, what a row changes."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from relance import i18n
from relance.domain.book import Choose, DocumentStatus
from relance.domain.documents import CustomerKind, DocumentKind
from relance.domain.money import to_decimal
from relance.importers.candidates import CandidateStatus
from relance.importers.fields import Field, FileKind
from relance.importers.reading import DateOrder, Question, QuestionCode
from relance.importers.words import StatusWord
from relance.services.imports import APPLIED, RECEIVED, UNDONE, Change
from relance.web.labels import N_, Say
from relance.web.labels.imports import FIELDS
from relance.web.labels.reasons import KINDS, translate

_Q = QuestionCode

QUESTIONS: dict[QuestionCode, str] = {
    _Q.DATE_ORDER: N_("Is the day or the month first in %(columns)s (such as %(examples)s)? Choose below the table."),
    _Q.DATE_ORDER_CONFLICT: N_(
        "%(columns)s has the day first in some rows and the month first in others (%(examples)s). Correct the file, "
        "or choose the order below the table: the rows in the other order are then refused one by one."
    ),
    _Q.TWO_COLUMNS: N_("Several columns could be “%(field)s”: %(columns)s. Keep one of them."),
    _Q.TWO_MEANINGS: N_("What is in the column %(columns)s? It could be: %(fields)s."),
    _Q.NO_NUMBER_COLUMN: N_("Which column holds the invoice number? None was recognised."),
    _Q.NO_CUSTOMER_COLUMN: N_("Which column holds the customer's name or code? None was recognised."),
    _Q.NO_AMOUNT_COLUMN: N_("Which column holds the amount? None was recognised."),
    _Q.NO_PAYMENT_DATE_COLUMN: N_("Which column holds the date of the payment? None was recognised."),
    _Q.LOOKS_LIKE_PAYMENTS: N_(
        "This looks like a list of payments. If it is a list of invoices all the same, say what %(columns)s holds."
    ),
    _Q.LOOKS_LIKE_INVOICES: N_(
        "This looks like a list of invoices. If it is a list of payments all the same, say what %(columns)s holds."
    ),
}
FILE_KINDS: dict[FileKind, str] = {FileKind.INVOICES: N_("Invoices"), FileKind.PAYMENTS: N_("Payments")}
STATES: dict[str, str] = {RECEIVED: N_("Not finished"), APPLIED: N_("Imported"), UNDONE: N_("Undone")}
DATE_ORDERS: dict[str, str] = {
    "": N_("As the file shows it"),
    DateOrder.DMY.value: N_("Day, month, year (31/12/2026)"),
    DateOrder.MDY.value: N_("Month, day, year (12/31/2026)"),
    DateOrder.YMD.value: N_("Year, month, day (2026/12/31)"),
}
ENCODINGS: dict[str, str] = {
    "": N_("Find out"),
    "utf-8": N_("UTF-8"),
    "cp1252": N_("Windows (Western Europe)"),
    "iso8859-15": N_("ISO 8859-15 (Latin 9)"),
    "cp850": N_("DOS"),
    "utf-16": N_("UTF-16"),
}
ENCODING_NAMES = {**ENCODINGS, "mac_roman": N_("Macintosh")}  # found out, but never told
SEPARATORS: dict[str, str] = {
    "": N_("Find out"),
    ";": N_("Semicolon ( ; )"),
    ",": N_("Comma ( , )"),
    "\t": N_("Tab"),
    "|": N_("Bar ( | )"),
}
STATUSES: dict[StrEnum, str] = {
    CandidateStatus.DRAFT: N_("Draft"),
    CandidateStatus.OPEN: N_("To be paid"),
    CandidateStatus.PARTIAL: N_("Partly paid"),
    CandidateStatus.PAID: N_("Paid"),
    CandidateStatus.CANCELLED: N_("Cancelled"),
    CandidateStatus.CREDITED: N_("Cancelled by a credit note"),
    DocumentStatus.ISSUED: N_("Issued"),
}
NEW_CUSTOMERS: dict[str, str] = {
    CustomerKind.COMPANY.value: N_("professionals: late interest and the fixed charge may be claimed from them"),
    CustomerKind.CONSUMER.value: N_("private persons: they are never charged anything for being late"),
    CustomerKind.UNKNOWN.value: N_("both, or to be said later: counted as private persons until then"),
}
CUSTOMER_KINDS: dict[CustomerKind, str] = {
    CustomerKind.COMPANY: N_("Company"),
    CustomerKind.CONSUMER: N_("Private person"),
    CustomerKind.PUBLIC: N_("Public body"),
    CustomerKind.UNKNOWN: N_("Not known"),
}
# What a row changes beside the fields that have a column of their own.
CHANGED: dict[str, str] = {
    "received": N_("Amount paid"),
    "credited": N_("Credit notes applied"),
    "dispute": N_("Dispute"),
    "promise": N_("Date of the promise to pay"),
    "pause": N_("Paused until"),
    "program_choice": N_("Program"),
    "program_id": N_("Program"),
    "paid_on": N_("Date of the payment"),
    "customer": N_("Customer code"),
    "customer.name": N_("Customer name"),
    "customer.kind": N_("Kind of customer"),
    "customer.group_id": N_("Customer group"),
}
REFUSALS = {
    "import.other_file": N_("This is no longer the file you were shown. Look at it, then import it."),
    "import.done": N_("This file was imported already: nothing was changed."),
    "import.list_changed": N_(
        "The open invoices that this file lacks are no longer those you were shown. Look at them, then import again."
    ),
}
_AMOUNTS = frozenset(("total", "received", "credited"))


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal of the import pages alone."""
    return _(REFUSALS[code]) % facts if code in REFUSALS else None


def question(asked: Question, _: Say) -> str:
    """What must be told before the file can be imported, as the page of its columns asks it."""
    facts = {name: _named(name, fact, _) for name, fact in asked.facts.items()}
    return _(QUESTIONS[asked.code]) % facts


def _named(name: str, fact: object, _: Say) -> str:
    several = fact if isinstance(fact, tuple) else (fact,)
    if name in ("field", "fields"):
        return ", ".join(_(FIELDS[Field(str(one))]) for one in several)
    return ", ".join(_("“%(value)s”") % {"value": one} if name == "columns" else str(one) for one in several)


def read_as(value: object, currency: str, language: str) -> str:
    """How an example was read; empty where that says nothing that the example doesn't."""
    if isinstance(value, Decimal):
        return i18n.money(value, currency, language)
    if isinstance(value, date):
        return i18n.long_date(value, language)
    return _word(value, language)


def _word(value: object, language: str) -> str:
    _ = translate(language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, StatusWord):
        return _("In dispute") if value.disputed else _(STATUSES[value.status])
    if isinstance(value, DocumentKind):
        return _(KINDS[value])
    if isinstance(value, DocumentStatus):
        return _(STATUSES[value])
    if isinstance(value, CustomerKind):
        return _(CUSTOMER_KINDS[value])
    return ""


def change(one: Change, currency: str, programs: Mapping[int, str], language: str) -> tuple[str, str, str]:
    """What a row changes: its name, what it was ("" when that isn't known), what it becomes."""
    _ = translate(language)
    name = one.field.removeprefix("customer.")
    if one.field in CHANGED:
        said = _(CHANGED[one.field])
    else:
        said = _(FIELDS[Field(name)]) if name in set(Field) else name
    before, after = (_told(one, value, currency, programs, language) for value in (one.before, one.after))
    return said, before, after


def _told(one: Change, value: object, currency: str, programs: Mapping[int, str], language: str) -> str:
    _ = translate(language)
    if one.field in ("dispute", "promise", "pause"):
        return _hold(one, value, language)
    if one.field in _AMOUNTS and isinstance(value, int):
        return i18n.money(to_decimal(value, currency), currency, language)
    if one.field == "program_id":
        return programs.get(value, "") if isinstance(value, int) else ""
    if isinstance(value, Choose):
        return _("Never") if value is Choose.NEVER else _("As its customer")
    if isinstance(value, date):
        return i18n.short_date(value, language)
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return _word(value, language) or ("" if value is None else str(value))


def _hold(one: Change, value: object, language: str) -> str:
    _ = translate(language)
    if value == "closed":
        return _("ended")
    if isinstance(value, date):
        return i18n.short_date(value, language)
    return _("opened") if value is one.after and one.field == "dispute" else ""
