"""A person lets messages go: they are looked at again first, and what may not leave any more is told (RULES 4.1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.reasons import ReasonCode
from relance.services import approvals, dispatches
from relance.services.bulk_acts import MOST
from relance.services.delivery.outbox import FORMAL_NOTICE
from relance.services.messages import compose
from relance.services.messages.compose import Composed
from relance.services.messages.rows import drafts
from relance.services.recheck import Verdict, recheck
from relance.services.refusal import Refused
from relance.services.sending import Office
from relance.storage.queries import approvals as queries
from relance.storage.queries.approvals import Claimed, Waiting


@dataclass(frozen=True, slots=True)
class Fallen:
    """An invoice that may not be reminded of any more by a message that waits for a word, and why."""

    waiting: Waiting
    invoice: Claimed
    why: ReasonCode


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message as it would leave now, with the invoices that stay in it."""

    waiting: Waiting
    content: Composed


@dataclass(frozen=True, slots=True)
class Stuck:
    """A message that can't be written as it stands: it goes on waiting."""

    waiting: Waiting
    refusal: Refused


@dataclass(frozen=True, slots=True)
class Weighed:
    """What would become of some messages, were they approved now."""

    leaving: tuple[Leaving, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    fallen: tuple[Fallen, ...] = ()
    gone: int = 0  # somebody decided on them, or they were taken out
    not_before: date | None = None  # today isn't a working day

    def through(self, channel: ChannelName) -> list[Leaving]:
        """The messages of a channel."""
        return [one for one in self.leaving if one.waiting.message.channel is channel]

    @property
    def notices(self) -> list[Leaving]:
        """The formal notices among them."""
        return [one for one in self.leaving if one.waiting.message.level == FORMAL_NOTICE]

    @property
    def customers(self) -> dict[int, str]:
        """Who is reminded."""
        return {one.waiting.message.customer_id: one.waiting.customer for one in self.leaving}

    @property
    def amounts(self) -> dict[str, int]:
        """What they claim, each invoice once: minor units by currency."""
        return queries.sums([claim for one in self.leaving for claim in one.waiting.claims])

    def marks(self) -> dict[int, str]:
        """What leaves, message by message, as a short mark: to whom, and every word of it."""
        return {one.waiting.message.id: _mark(one.content) for one in self.leaving}


def _mark(content: Composed) -> str:
    said = (content.to, content.cc, content.bcc, content.subject, content.text, content.postage)
    return sha256(repr(said).encode()).hexdigest()[:8]


def weigh(session: Session, office: Office, rows: Sequence[Waiting], local: datetime) -> Weighed:
    """Look at messages that wait, as they would leave at a moment of the firm's time. Writes nothing."""
    verdicts = recheck(session, office.firm, [row.message for row in rows], local) if rows else {}
    fallen = [one for row in rows for one in _fallen(row, verdicts[row.message.id])]
    staying = [left for row in rows if (left := _left(row, verdicts[row.message.id])).claims]
    written = _written(session, office, staying, local.date())
    leaving, stuck = list[Leaving](), list[Stuck]()
    for row, content in zip(staying, written, strict=True):
        if isinstance(content, Refused):
            stuck.append(Stuck(row, content))
        else:
            leaving.append(Leaving(row, content))
    days = {verdict.not_before for verdict in verdicts.values() if verdict.not_before is not None}
    return Weighed(tuple(leaving), tuple(stuck), tuple(fallen), not_before=min(days, default=None))


def weigh_some(session: Session, office: Office, message_ids: Collection[int], local: datetime) -> Weighed:
    """The same for the messages of some ids; raises Refused for none, or for more than can be confirmed at once."""
    ids = set(message_ids)
    if not ids:
        raise Refused("approval.none_chosen")
    if len(ids) > MOST:
        raise Refused("approval.too_many", most=MOST)
    rows = queries.some(session, ids)
    return replace(weigh(session, office, rows, local), gone=len(ids) - len(rows))


def _fallen(row: Waiting, verdict: Verdict) -> list[Fallen]:
    claims = {claim.reminder: claim for claim in row.claims}
    return [Fallen(row, claims[key], why) for key, why in verdict.out if key in claims]


def _left(row: Waiting, verdict: Verdict) -> Waiting:
    """A message with the invoices that stay in it: all of them, where it only waits for a working day."""
    if verdict.not_before is not None:
        return row
    return replace(row, claims=tuple(claim for claim in row.claims if claim.reminder in verdict.keep))


def _written(session: Session, office: Office, staying: Sequence[Waiting], today: date) -> list[Composed | Refused]:
    known = drafts(session, [row.message.id for row in staying])
    asked = [replace(known[row.message.id], invoice_ids=tuple(claim.id for claim in row.claims)) for row in staying]
    return compose.preview(session, asked, office.firm, office.accounts, today, office.data_dir)


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word: what they saw leave, by message, as `Weighed.marks` has it. `now` is the firm's local time."""

    by: str
    now: datetime
    seen: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Approved:
    """The send that was made, and what was weighed in the same transaction."""

    dispatch: int
    weighed: Weighed


def approve(session: Session, office: Office, message_ids: Collection[int], word: Word, *, token: str) -> Approved:
    """Let messages go, two minutes from now; what may not leave is taken out, what can't be written goes on waiting.

    A second click gives the send of the first. Raises Refused when nothing of it can leave, or when something would
    leave otherwise than it was seen.
    """
    known = dispatches.find(session, token)
    if known is not None:
        return Approved(known.id, Weighed())
    weighed = weigh_some(session, office, message_ids, word.now)
    if not weighed.leaving:
        raise Refused("dispatch.nothing" if weighed.fallen or weighed.stuck else "approval.none_waits")
    if any(word.seen.get(key) != mark for key, mark in weighed.marks().items()):
        raise Refused("dispatch.changed")
    approvals.take_out(session, office.firm, word.now)
    made = dispatches.approve_all(
        session,
        [one.waiting.message.id for one in weighed.leaving],
        by=word.by,
        now=word.now,
        token=token,
        left_out=_left_out(weighed),
    )
    return Approved(made, weighed)


def _left_out(weighed: Weighed) -> list[tuple[int, Refused, ChannelName | None]]:
    found: list[tuple[int, Refused, ChannelName | None]] = []
    for fallen in weighed.fallen:
        told = Refused("approval.fell_out", number=fallen.invoice.number, reason=fallen.why.value)
        found.append((fallen.invoice.id, told, fallen.waiting.message.channel))
    for stuck in weighed.stuck:
        found += [(claim.id, stuck.refusal, stuck.waiting.message.channel) for claim in stuck.waiting.claims]
    return found
