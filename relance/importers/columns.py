"""Which column is which field: what the user said, then what the headings say; what neither tells is a question."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from relance.importers.fields import FIELDS_OF, Field, FileKind
from relance.importers.headings import SURE, USUAL, WEAK, meanings, normalise
from relance.importers.reading import Facts, Question, QuestionCode
from relance.importers.words import says_yes_or_no

# Without these a row is of no use: a weak title will do for them before it does for the others.
_NEEDED = frozenset(
    (
        Field.NUMBER,
        Field.TOTAL,
        Field.BALANCE,
        Field.AMOUNT,
        Field.PAYMENT_DATE,
        Field.CUSTOMER_NAME,
        Field.CUSTOMER_CODE,
    )
)
_NEEDED_QUESTIONS = {
    FileKind.INVOICES: (
        (QuestionCode.NO_NUMBER_COLUMN, (Field.NUMBER,)),
        (QuestionCode.NO_CUSTOMER_COLUMN, (Field.CUSTOMER_CODE, Field.CUSTOMER_NAME)),
        (QuestionCode.NO_AMOUNT_COLUMN, (Field.TOTAL, Field.BALANCE)),
    ),
    FileKind.PAYMENTS: (
        (QuestionCode.NO_NUMBER_COLUMN, (Field.NUMBER, Field.CUSTOMER_CODE, Field.CUSTOMER_NAME)),
        (QuestionCode.NO_AMOUNT_COLUMN, (Field.AMOUNT,)),
        (QuestionCode.NO_PAYMENT_DATE_COLUMN, (Field.PAYMENT_DATE,)),
    ),
}

# The distinct texts of a column, empty ones left out.
TextsOf = Callable[[int], Sequence[str]]


@dataclass(slots=True)
class Assignment:
    """The column of each field, and what is left to ask (about which columns and fields)."""

    columns: dict[Field, int] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    unused_mapping: tuple[str, ...] = ()
    asked_columns: set[int] = field(default_factory=set)
    asked_fields: set[Field] = field(default_factory=set)

    def is_free(self, target: Field) -> bool:
        """Whether the field has no column yet, and no question about it."""
        return target not in self.columns and target not in self.asked_fields


def assign(
    headings: Sequence[str], kind: FileKind, mapping: Mapping[str, Field | None], texts_of: TextsOf
) -> Assignment:
    """The user's mapping is followed to the letter; the columns it doesn't name are told by their headings."""
    wanted = {normalise(heading): target for heading, target in mapping.items()}
    names = [normalise(heading) for heading in headings]
    result = Assignment(unused_mapping=tuple(key for key in mapping if normalise(key) not in names))
    for target in dict.fromkeys(target for target in wanted.values() if target):
        _settle(result, target, [i for i, name in enumerate(names) if wanted.get(name) is target], headings)
    claims = {
        index: _claims(heading, kind, texts_of, index)
        for index, heading in enumerate(headings)
        if heading and names[index] not in wanted
    }
    for strength, fields in (
        (SURE, FIELDS_OF[kind]),
        (USUAL, _NEEDED),
        (WEAK, _NEEDED),
        (USUAL, FIELDS_OF[kind]),
        (WEAK, FIELDS_OF[kind]),
    ):
        _assign_round(result, claims, strength, fields, headings)
    _ask_for_the_missing(result, headings, kind, texts_of)
    guessed = {target: index for target, index in result.columns.items() if index in claims}
    _ask_whether_it_is_the_other_kind(result, guessed, headings, kind)
    return result


def candidates(heading: str, kind: FileKind) -> tuple[Field, ...]:
    """The fields to offer first for a heading."""
    return tuple(target for target, _ in meanings(_bare(heading), kind))


def _bare(heading: str) -> str:
    """A heading without the rank that a second one of the same name got."""
    return re.sub(r" \([0-9]+\)$", "", heading)


def _claims(heading: str, kind: FileKind, texts_of: TextsOf, index: int) -> dict[Field, int]:
    claims = dict(meanings(_bare(heading), kind))
    if Field.PAID in claims and _answers(texts_of(index)):
        return {Field.STATUS: WEAK}
    return claims


def _answers(texts: Sequence[str]) -> bool:
    return bool(texts) and all(map(says_yes_or_no, texts))


def _assign_round(
    result: Assignment,
    claims: Mapping[int, Mapping[Field, int]],
    strength: int,
    fields: frozenset[Field],
    headings: Sequence[str],
) -> None:
    """Give every free field of these the one free column that claims it with this strength."""
    taken = set(result.columns.values())
    rivals: dict[Field, list[int]] = {}
    for index, claimed in claims.items():
        if index in taken or index in result.asked_columns:
            continue
        free = [t for t, own in claimed.items() if own == strength and t in fields and result.is_free(t)]
        if len(free) > 1:
            _ask_which_meaning(result, index, free, headings)
        elif free:
            rivals.setdefault(free[0], []).append(index)
    for target, indexes in rivals.items():
        _settle(result, target, indexes, headings)


def _ask_which_meaning(result: Assignment, index: int, targets: Sequence[Field], headings: Sequence[str]) -> None:
    facts: Facts = {"columns": (headings[index],), "fields": tuple(target.value for target in targets)}
    result.questions.append(Question(QuestionCode.TWO_MEANINGS, facts))
    result.asked_columns.add(index)
    result.asked_fields.update(targets)


def _settle(result: Assignment, target: Field, indexes: Sequence[int], headings: Sequence[str]) -> None:
    if len(indexes) == 1:
        result.columns[target] = indexes[0]
    elif indexes:
        facts: Facts = {"field": target.value, "columns": tuple(headings[index] for index in indexes)}
        result.questions.append(Question(QuestionCode.TWO_COLUMNS, facts))
        result.asked_columns.update(indexes)
        result.asked_fields.add(target)


def _ask_for_the_missing(result: Assignment, headings: Sequence[str], kind: FileKind, texts_of: TextsOf) -> None:
    """Ask for what has no column, or only columns without a single value, and isn't asked about yet."""
    for code, fields in _NEEDED_QUESTIONS[kind]:
        mapped = [result.columns[target] for target in fields if target in result.columns]
        if not result.asked_fields.isdisjoint(fields) or any(texts_of(index) for index in mapped):
            continue
        facts: Facts = {
            "fields": tuple(target.value for target in fields),
            "columns": tuple(heading for heading in headings if heading),
            "empty": tuple(headings[index] for index in mapped),
        }
        result.questions.append(Question(code, facts))


def _ask_whether_it_is_the_other_kind(
    result: Assignment, guessed: Mapping[Field, int], headings: Sequence[str], kind: FileKind
) -> None:
    """A payment is no paid invoice, nor an invoice a payment: a date that only the title tells may be the wrong one."""
    if kind is FileKind.INVOICES:
        telling = guessed.get(Field.SETTLED_ON)
        odd = result.columns.keys().isdisjoint((Field.ISSUE_DATE, Field.DUE_DATE))
        code = QuestionCode.LOOKS_LIKE_PAYMENTS
    else:
        telling = guessed.get(Field.PAYMENT_DATE)
        unsure = telling is not None and (Field.PAYMENT_DATE, SURE) not in meanings(_bare(headings[telling]), kind)
        due = {(Field.DUE_DATE, SURE), (Field.BALANCE, SURE)}
        odd = unsure and any(not due.isdisjoint(meanings(heading, FileKind.INVOICES)) for heading in headings)
        code = QuestionCode.LOOKS_LIKE_INVOICES
    if telling is not None and odd:
        result.questions.append(Question(code, {"columns": (headings[telling],)}))
