"""Sentences about imported files: refusals, questions, problems of rows, and what an import did."""

from collections.abc import Mapping

from relance.importers.fields import Field
from relance.importers.reading import ProblemCode, Question, QuestionCode, UnreadableCode
from relance.services.imports import ImportResult, MatchCode, RowProblem, RowState
from relance.web.labels import N_, Say

_P, _M, _Q, _U = ProblemCode, MatchCode, QuestionCode, UnreadableCode

REFUSALS = {
    "import.file_missing": N_("There is no file %(file)s. Check its name and its folder."),
    "import.file_folder": N_("%(file)s is a folder. Name the file in it that should be imported."),
    "import.file_unreadable": N_("%(file)s can't be read: %(error)s."),
    "import.map_shape": N_(
        "--map %(value)s: write the heading, an equals sign and the field, such as 'Ech.=due_date'."
    ),
    "import.map_field": N_("There is no field “%(field)s”. Give one of: %(fields)s."),
    "import.map_heading": N_("The file has no column “%(heading)s”. Its columns are: %(headings)s."),
    "import.profile_kind": N_("The profile “%(profile)s” is for files of %(kind)s. Give another name."),
    "import.questions": N_("The file can't be imported before its questions are answered (%(count)s)."),
    "import.customer_kind": N_("Choose one: it decides what the reminders may claim."),
    "import.problems": N_(
        "Nothing was imported: rows that can't be used: %(count)s. Correct them, or choose to skip the bad rows."
    ),
    "import.nothing_usable": N_("Nothing was imported: no row of the file can be used."),
    "import.undone": N_("This import was undone. Import the file again to bring it back."),
    "import.not_applied": N_("This file was never imported: there is nothing to undo."),
    "import.sent_since": N_(
        "This import can't be undone: reminders left since for %(numbers)s. Correct these invoices one by one instead."
    ),
    "import.newer": N_(
        "This import can't be undone: “%(filename)s”, imported later, touched %(numbers)s. Undo that import first."
    ),
    "import.used_since": N_(
        "This import can't be undone: payments or holds were entered since on %(numbers)s. Remove them first."
    ),
}
UNREADABLE: dict[UnreadableCode, str] = {
    _U.EMPTY: N_("The file is empty."),
    _U.TOO_LARGE: N_("The file is too large: 10 MB at most. Split it, or export a shorter period."),
    _U.TOO_MANY_ROWS: N_("The file has more than %(most)s rows. Split it, or export a shorter period."),
    _U.TOO_MANY_COLUMNS: N_("Row %(row)s has more than %(most)s columns. Remove those that aren't needed."),
    _U.ZIP: N_("This is a ZIP archive. Unpack it, then import the file in it."),
    _U.SPREADSHEET_OLD: N_("This is an old .xls workbook. Save it as .xlsx or as CSV, then import that."),
    _U.SPREADSHEET_ENCRYPTED: N_("This workbook has a password. Save it without one, then import it."),
    _U.SPREADSHEET_ODS: N_("This is an OpenDocument sheet (.ods). Save it as .xlsx or as CSV, then import that."),
    _U.SPREADSHEET_DAMAGED: N_("This workbook is damaged. Open it, save it again as .xlsx or CSV, then import that."),
    _U.SPREADSHEET_BOMB: N_(
        "This workbook unpacks to far more than its size. Save its sheet as CSV, then import that."
    ),
    _U.PDF: N_("This is a PDF. Export the list as CSV or .xlsx, then import that."),
    _U.IMAGE: N_("This is a picture. Export the list as CSV or .xlsx, then import that."),
    _U.MARKUP: N_("This is a web page or an XML file. Export the list as CSV or .xlsx, then import that."),
    _U.BINARY: N_("This isn't a text file. Export the list as CSV or .xlsx, then import that."),
    _U.NUL_BYTES: N_("Line %(line)s has characters that no text has: the file is damaged. Export it again."),
    _U.WRONG_ENCODING: N_("The file isn't written in %(encoding)s. Save it as UTF-8, then import it again."),
    _U.WRONG_SEPARATOR: N_("“%(separator)s” can't separate columns. Use a semicolon, a comma or a tab."),
    _U.BROKEN_QUOTES: N_(
        "Row %(row)s opens a quotation mark that is never closed. Correct it, then import the file again."
    ),
    _U.NO_HEADING_ROW: N_("No row of headings was found. Put the name of each column in the first row."),
    _U.NO_ROWS: N_("The file has headings (row %(heading_row)s) but nothing under them."),
}
QUESTIONS: dict[QuestionCode, str] = {
    _Q.DATE_ORDER: N_(
        "Is the day or the month first in %(columns)s (such as %(examples)s)? Answer with --date-order dmy (day first) "
        "or --date-order mdy (month first)."
    ),
    _Q.DATE_ORDER_CONFLICT: N_(
        "%(columns)s has the day first in some rows and the month first in others (%(examples)s). Correct the file, "
        "or answer with --date-order dmy or --date-order mdy: the other rows are then refused one by one."
    ),
    _Q.TWO_COLUMNS: N_("Several columns could be “%(field)s”: %(columns)s. Answer with --map '%(column)s=%(field)s'."),
    _Q.TWO_MEANINGS: N_(
        "The column %(columns)s could be one of: %(fields)s. Answer with --map '%(column)s=%(field)s', or with "
        "--map '%(column)s=ignore' to leave it out."
    ),
    _Q.NO_NUMBER_COLUMN: N_(
        "No column holds the invoice number. Say which one it is with --map 'HEADING=%(field)s'. The columns are: "
        "%(columns)s."
    ),
    _Q.NO_CUSTOMER_COLUMN: N_(
        "No column holds the customer. Say which one it is with --map 'HEADING=customer_name'. The columns are: "
        "%(columns)s."
    ),
    _Q.NO_AMOUNT_COLUMN: N_(
        "No column holds the amount. Say which one it is with --map 'HEADING=%(field)s'. The columns are: %(columns)s."
    ),
    _Q.NO_PAYMENT_DATE_COLUMN: N_(
        "No column holds the date of the payment. Say which one it is with --map 'HEADING=%(field)s'. The columns are: "
        "%(columns)s."
    ),
    _Q.LOOKS_LIKE_PAYMENTS: N_(
        "This looks like a list of payments: import it as payments. If it is a list of invoices, answer with "
        "--map '%(column)s=settled_on'."
    ),
    _Q.LOOKS_LIKE_INVOICES: N_(
        "This looks like a list of invoices: import it as invoices. If it is a list of payments, answer with "
        "--map '%(column)s=payment_date'."
    ),
}
PROBLEMS: dict[ProblemCode | MatchCode, str] = {
    _P.EXTRA_CELLS: N_("there are more cells than headings, from “%(value)s” on: a separator too many?"),
    _P.NUMBER_MISSING: N_("the invoice number is missing."),
    _P.CUSTOMER_MISSING: N_("the customer is missing: a name or a code is expected."),
    _P.AMOUNT_MISSING: N_("the amount is missing."),
    _P.PAYMENT_DATE_MISSING: N_("the date of the payment is missing."),
    _P.AMOUNTS_DISAGREE: N_("total %(total)s, paid %(paid)s and balance %(balance)s don't agree."),
    _P.STATUS_DISAGREES: N_("“%(value)s” is a status of a paid invoice, but %(balance)s is left to pay."),
    _P.PARTIAL_WITHOUT_AMOUNT: N_(
        "“%(value)s”: how much was paid? A column with the amount paid or the balance is expected."
    ),
    _P.CURRENCY_DISAGREES: N_("the row has several currencies: %(currencies)s. One is expected."),
    _P.DUE_BEFORE_ISSUE: N_("due on %(due_date)s, before it was issued on %(issue_date)s."),
    _P.DUPLICATE_NUMBER: N_("the number %(value)s comes several times with different contents (rows %(rows)s)."),
    _P.AMOUNT_UNREADABLE: N_("“%(value)s” is not an amount. Expected: 1234.56 or 1 234,56."),
    _P.AMOUNT_AMBIGUOUS: N_("“%(value)s”: thousands or decimals? Write 1234.00 or 1.23."),
    _P.AMOUNT_TOO_LARGE: N_("“%(value)s” is too large an amount."),
    _P.AMOUNT_ZERO: N_("a payment of 0 says nothing. Give its amount."),
    _P.CURRENCY_UNKNOWN: N_("“%(value)s” is not a known currency. Expected: a code such as EUR."),
    _P.DATE_UNREADABLE: N_("“%(value)s” is not a date. Expected: day/month/year, or 2026-12-31."),
    _P.DATE_IMPOSSIBLE: N_("“%(value)s”: there is no such day."),
    _P.DATE_UNLIKELY: N_("“%(value)s” is too far from today to be right."),
    _P.KIND_UNKNOWN: N_("“%(value)s” is not a known kind of document. Expected: invoice, credit note, deposit, quote…"),
    _P.STATUS_UNKNOWN: N_("“%(value)s” is not a known status. Expected: draft, sent, overdue, partially paid, paid…"),
    _P.FLAG_UNKNOWN: N_("“%(value)s”: yes or no is expected."),
    _P.EMAIL_INVALID: N_("“%(address)s” is not a complete e-mail address. Example: name@company.fr."),
    _P.EMAIL_NOT_ASCII: N_("“%(address)s” has an accent before its @: most mail servers refuse such an address."),
    _P.TEXT_TOO_LONG: N_("the text is too long: at most %(longest)s characters."),
    _P.CELL_ERROR: N_("the cell holds an error of the spreadsheet, “%(value)s”."),
    _P.COUNTRY_UNKNOWN: N_("“%(value)s” is not a known country; it was left out."),
    _P.LANGUAGE_UNKNOWN: N_("“%(value)s” is not a known language; it was left out."),
    _P.TOTAL_ROW_SKIPPED: N_("this row of totals was left out."),
    _P.DECIMAL_MARK_ASSUMED: N_("“%(value)s”: “%(mark)s” was taken for the decimal mark."),
    _P.REPEATED_ROW: N_("this row repeats row %(first)s; it counts once."),
    _M.UNKNOWN_PROGRAM: N_("there is no program “%(value)s”. Expected: one of %(programs)s, or “never”."),
    _M.CUSTOMER_AMBIGUOUS: N_("several customers are called “%(value)s”: a customer code is expected."),
    _M.CUSTOMER_UNKNOWN: N_("no customer is called “%(value)s”, by code or by name."),
    _M.CUSTOMER_CONFLICT: N_(
        "%(number)s belongs to %(known)s (%(code)s) and was already reminded or credited: it can't move to “%(value)s”."
    ),
    _M.CURRENCY_CONFLICT: N_("%(number)s is in %(known)s and has payments: its currency can't become %(value)s."),
    _M.INVOICE_UNKNOWN: N_("no invoice has the number “%(value)s”. Import the invoice first, or correct the number."),
    _M.INVOICE_AMBIGUOUS: N_("several invoices have nearly the number “%(value)s”: write it exactly."),
    _M.DATE_ORDER_ASSUMED: N_("dates were read day first, as usual under French headings: %(columns)s."),
    _M.EMAIL_KEPT: N_("the addresses of %(customer)s that you entered were kept: %(kept)s, not “%(value)s”."),
    _M.EMAIL_OWN: N_("“%(value)s” is your own address: it was left out, and %(number)s goes without it."),
    _M.ENTERED_BY_HAND: N_("this payment was already entered by hand; it wasn't counted twice."),
    _M.CUSTOMER_DIFFERS: N_("%(number)s belongs to %(customer)s, not to “%(value)s”; the number was followed."),
}
FIELDS: dict[Field, str] = {
    Field.NUMBER: N_("Invoice number"),
    Field.KIND: N_("Kind of document"),
    Field.STATUS: N_("Status"),
    Field.CUSTOMER_CODE: N_("Customer code"),
    Field.CUSTOMER_NAME: N_("Customer name"),
    Field.EMAILS: N_("E-mail addresses"),
    Field.PHONE: N_("Phone number"),
    Field.LANGUAGE: N_("Language"),
    Field.ADDRESS_1: N_("Address, line 1"),
    Field.ADDRESS_2: N_("Address, line 2"),
    Field.ADDRESS_3: N_("Address, line 3"),
    Field.POSTCODE: N_("Postcode"),
    Field.CITY: N_("City"),
    Field.COUNTRY: N_("Country"),
    Field.CUSTOMER_KIND: N_("Kind of customer"),
    Field.GROUP: N_("Customer group"),
    Field.PROGRAM: N_("Program"),
    Field.ISSUE_DATE: N_("Date of issue"),
    Field.DUE_DATE: N_("Due date"),
    Field.TOTAL: N_("Total, tax included"),
    Field.PAID: N_("Amount paid"),
    Field.BALANCE: N_("Balance"),
    Field.CURRENCY: N_("Currency"),
    Field.EXCLUDED: N_("Excluded from reminders (yes or no)"),
    Field.DISPUTED: N_("In dispute (yes or no)"),
    Field.PROMISE_DATE: N_("Date of the promise to pay"),
    Field.PAUSED_UNTIL: N_("Paused until"),
    Field.SETTLED_ON: N_("Date of full payment"),
    Field.REFERENCE: N_("Reference"),
    Field.PDF_NAME: N_("File name of the PDF"),
    Field.PAYMENT_DATE: N_("Date of the payment"),
    Field.AMOUNT: N_("Amount"),
}
ROW_STATES: dict[RowState, str] = {
    RowState.NEW: N_("New"),
    RowState.CHANGED: N_("To be updated"),
    RowState.IDENTICAL: N_("Already known"),
    RowState.CONFLICT: N_("In conflict"),
}


class _Facts(dict[str, object]):
    """Facts of a sentence: one that is missing mustn't hide the error that is being told."""

    def __missing__(self, key: str) -> str:
        return "?"


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentence of a refusal about a file; None for a code that isn't one."""
    if code.startswith("import.unreadable."):
        return _(UNREADABLE[UnreadableCode(code.removeprefix("import.unreadable."))]) % _Facts(facts)
    return _(REFUSALS[code]) % facts if code in REFUSALS else None


def problem(found: RowProblem, _: Say) -> str:
    """What is wrong in a row and what was expected, without saying where."""
    return _(PROBLEMS[found.code]) % _Facts(value=found.value, **_joined(found.facts))


def problem_line(found: RowProblem, _: Say) -> str:
    """The same with its place: row 14, column “Ech.”: …"""
    where = {"row": found.row, "column": found.column, "problem": problem(found, _)}
    if found.column:
        return _("Row %(row)s, column “%(column)s”: %(problem)s") % where
    return _("Row %(row)s: %(problem)s") % where


def question(asked: Question, _: Say) -> str:
    """What must be told first, with the option of the command line that answers it."""
    facts = _joined(asked.facts)
    first = {"column": _first(asked.facts.get("columns")), "field": _first(asked.facts.get("fields"))}
    return _(QUESTIONS[asked.code]) % _Facts({**first, **facts})


def _joined(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: ", ".join(fact) if isinstance(fact, tuple | list) else fact for name, fact in facts.items()}


def _first(fact: object) -> str:
    return str(fact[0]) if isinstance(fact, tuple) and fact else ""


def counts(result: ImportResult, _: Say, *, dry_run: bool = False) -> str:
    """26 imported, 3 updated, 10 already known, 2 refused: never a bare success."""
    refused = len({found.row for found in result.problems})
    words = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged, "refused": refused}
    if dry_run:
        return (
            _(
                "Nothing was changed. Would be imported: %(created)s, updated: %(updated)s, "
                "already known: %(unchanged)s, refused: %(refused)s."
            )
            % words
        )
    return _("Imported: %(created)s, updated: %(updated)s, already known: %(unchanged)s, refused: %(refused)s.") % words
