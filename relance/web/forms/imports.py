"""Forms of the import pages: which file, how it is read, what its columns are, what to do with what was found."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from flask import request
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from wtforms import BooleanField, FileField, RadioField, TextAreaField

from relance.domain.documents import CustomerKind
from relance.importers.fields import FIELDS_OF, Field, FileKind
from relance.importers.reading import DateOrder, UnreadableCode
from relance.services.imports import IGNORE, ImportOptions
from relance.services.imports.columns import ColumnRead
from relance.services.refusal import Refused
from relance.web.forms.base import PageForm, options
from relance.web.forms.fields import ChoiceField
from relance.web.labels import N_
from relance.web.labels.import_wizard import DATE_ORDERS, ENCODINGS, FILE_KINDS, NEW_CUSTOMERS, SEPARATORS
from relance.web.labels.imports import FIELDS
from relance.web.labels.refusals import refusal
from relance.web.language import gettext, language

LONGEST_NAME = 120


class UploadForm(PageForm):
    """A file, or rows pasted from a spreadsheet."""

    kind = RadioField(
        N_("What does it list?"),
        choices=options({kind.value: FILE_KINDS[kind] for kind in FileKind}),
        default=FileKind.INVOICES.value,
    )
    file = FileField(
        N_("File"),
        description=N_("Choose it, or drop it here: CSV or Excel (.xlsx), 10 MB at most."),
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,text/csv", "class": "filebox"},
    )
    text = TextAreaField(
        N_("Or paste rows from a spreadsheet"),
        description=N_("With the row of headings."),
        render_kw={"rows": 4, "spellcheck": "false", "autocomplete": "off"},
    )

    def __init__(self, kind: FileKind) -> None:
        sent: Any = CombinedMultiDict([request.files, request.form]) if request.method == "POST" else None
        super().__init__(formdata=sent, data={"kind": kind.value})

    @property
    def uploaded(self) -> FileStorage | None:
        """The file, if one was chosen."""
        found = self.file.data
        return found if isinstance(found, FileStorage) and found.filename else None

    @property
    def filename(self) -> str:
        """What the file is called, without folders and without what can't be seen."""
        if self.uploaded is None:
            return gettext("Pasted rows")
        name = PurePosixPath((self.uploaded.filename or "").replace("\\", "/")).name
        return "".join(char for char in name if unicodedata.category(char)[0] != "C")[-LONGEST_NAME:] or "?"

    def content(self) -> bytes | None:
        """The bytes of the one or the other; None when there is neither."""
        if self.uploaded is not None:
            read: bytes = self.uploaded.read()
            return read
        pasted = self.text.data or ""
        return pasted.encode("utf-8", errors="replace") if pasted.strip() else None

    def nothing(self) -> None:
        """Say that there is neither."""
        self.file.errors = [gettext("Choose a file, or paste rows.")]

    def refused(self, error: Refused) -> None:
        """A file that can't be read is an error of the field it came from."""
        at = self.file if self.uploaded is not None else self.text
        about_file = error.code in {f"import.unreadable.{code}" for code in UnreadableCode}
        if about_file:
            at.errors = [refusal(error, language())]
        else:
            super().refused(error)


class ReadingForm(PageForm):
    """How the bytes of a text file become rows."""

    encoding = ChoiceField(N_("Accented letters"), choices=options(ENCODINGS), default="")
    separator = ChoiceField(N_("Between the columns"), choices=options(SEPARATORS), default="")


class ColumnsForm(PageForm):
    """What is said of the whole file; what each column holds is read by `mapping_sent`."""

    date_order = ChoiceField(N_("Order of the dates"), choices=options(DATE_ORDERS), default="")
    remember = BooleanField(N_("Remember this mapping for the next file of the same kind"))

    @property
    def order(self) -> DateOrder | None:
        """The order that was chosen, if one was."""
        return DateOrder(self.date_order.data) if self.date_order.data else None


class CheckForm(PageForm):
    """The last word before an import."""

    refused_at = {"import.customer_kind": "customer_kind"}

    customer_kind = RadioField(
        N_("Your new customers are:"),
        choices=options(NEW_CUSTOMERS),
        default="",
        validate_choice=False,
    )
    skip = BooleanField(N_("Leave these rows out, and import the others"))
    settle = BooleanField(N_("Mark these invoices as paid"))

    @property
    def told(self) -> CustomerKind | None:
        """What the new customers are, by the person's word; None for any other word."""
        word = self.customer_kind.data
        return CustomerKind(word) if word in NEW_CUSTOMERS else None


def field_name(index: int) -> str:
    """The name of the box of a column, counted from 0."""
    return f"c{index}"


def chosen_first(columns: Sequence[ColumnRead]) -> list[str]:
    """What the boxes say at first: the field, "" for what only a person can tell, or that the column is left out."""
    return [one.field.value if one.field and not one.asked else "" if one.asked else IGNORE for one in columns]


def chosen_sent(columns: Sequence[ColumnRead]) -> list[str]:
    """What the boxes said when they were sent; what wasn't sent stands as it was."""
    return [request.form.get(field_name(index), first) for index, first in enumerate(chosen_first(columns))]


def mapping_of(columns: Sequence[ColumnRead], chosen: Sequence[str], kind: FileKind) -> dict[str, Field | None]:
    """The mapping that boxes say; a box without a choice leaves its column open. Raises Refused for another word."""
    known = {one.value: one for one in FIELDS_OF[kind]}
    mapping: dict[str, Field | None] = {}
    for column, word in zip(columns, chosen, strict=True):
        if word and word != IGNORE and word not in known:
            raise Refused("import.map_field", field=word, fields=", ".join(sorted((*known, IGNORE))))
        if word:
            mapping[column.heading] = known.get(word)
    return mapping


def field_choices(kind: FileKind) -> list[tuple[str, str]]:
    """The fields that a column can be, by their names in the reader's language."""
    names: Mapping[Field, str] = FIELDS
    return [(one.value, gettext(names[one])) for one in Field if one in FIELDS_OF[kind]]


def with_reading(kept: ImportOptions, form: ReadingForm) -> ImportOptions:
    """Other bytes make other columns: what was said of the old ones is forgotten."""
    return ImportOptions(
        date_order=kept.date_order, encoding=form.encoding.data or None, separator=form.separator.data or None
    )
