"""How a file is to be read: what the user answered, and how that is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from relance.domain.documents import CustomerKind
from relance.importers.candidates import InvoiceCandidate, PaymentCandidate
from relance.importers.csv_rows import read_invoices, read_payments
from relance.importers.fields import FIELDS_OF, Field, FileKind
from relance.importers.reading import DateOrder, Reading, ReadOptions, Unreadable
from relance.services.refusal import Refused

AnyReading = Reading[InvoiceCandidate] | Reading[PaymentCandidate]

IGNORE = "ignore"


def as_invoices(reading: AnyReading) -> Reading[InvoiceCandidate]:
    """The reading of a file of invoices: two kinds of file share one wizard, and part here."""
    return cast(Reading[InvoiceCandidate], reading)


def as_payments(reading: AnyReading) -> Reading[PaymentCandidate]:
    """The reading of a file of payments."""
    return cast(Reading[PaymentCandidate], reading)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The answers of a person. A heading mapped to None is left out. `profile` is a remembered set of answers."""

    mapping: Mapping[str, Field | None] = field(default_factory=dict)
    date_order: DateOrder | None = None
    encoding: str | None = None
    separator: str | None = None
    profile: str | None = None
    customer_kind: CustomerKind | None = None  # of new customers where the file says nothing of it

    @property
    def answers(self) -> bool:
        """Whether there is anything to remember."""
        return bool(self.mapping or self.date_order or self.encoding or self.separator or self.customer_kind)


def to_json(options: ImportOptions) -> dict[str, Any]:
    """Options as they are kept with a batch or a profile."""
    return {
        "mapping": {heading: target.value if target else None for heading, target in options.mapping.items()},
        "date_order": options.date_order.value if options.date_order else None,
        "encoding": options.encoding,
        "separator": options.separator,
        "profile": options.profile,
        "customer_kind": options.customer_kind.value if options.customer_kind else None,
    }


def from_json(kept: Mapping[str, Any]) -> ImportOptions:
    """Options back from where they were kept."""
    order, kind = kept.get("date_order"), kept.get("customer_kind")
    return ImportOptions(
        mapping={heading: Field(target) if target else None for heading, target in kept.get("mapping", {}).items()},
        date_order=DateOrder(order) if order else None,
        encoding=kept.get("encoding"),
        separator=kept.get("separator"),
        profile=kept.get("profile"),
        customer_kind=CustomerKind(kind) if kind else None,
    )


def field_named(word: str, kind: FileKind) -> Field | None:
    """The field that a word of `--map` names, None for `ignore`. Raises Refused for any other word."""
    name = word.strip().lower().replace("-", "_")
    if name in (IGNORE, ""):
        return None
    known = sorted(target.value for target in FIELDS_OF[kind])
    if name not in known:
        raise Refused("import.map_field", field=word, fields=", ".join((*known, IGNORE)))
    return Field(name)


def read_with(kind: FileKind, content: bytes, options: ImportOptions) -> AnyReading:
    """Read a file; currencies that it doesn't state stay empty. Raises Refused for a file that can't be read."""
    answers = ReadOptions(
        mapping=options.mapping,
        date_order=options.date_order,
        encoding=options.encoding,
        separator=options.separator,
        default_currency="",
    )
    try:
        if kind is FileKind.INVOICES:
            return read_invoices(content, options=answers)
        return read_payments(content, options=answers)
    except Unreadable as error:
        raise Refused(f"import.unreadable.{error.code}", **error.facts) from error
