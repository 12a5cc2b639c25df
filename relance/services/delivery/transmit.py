"""Carries claimed messages over one database connection: looked at again, composed, handed over, accounted for."""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from relance.config import Settings
from relance.domain import delivery
from relance.domain.delivery import Channel, DeliveryFailed, Fate, Receipt
from relance.domain.status import MessageState
from relance.services.database import the_firm
from relance.services.delivery import outcomes
from relance.services.delivery.carried import carried_by
from relance.services.delivery.channel_accounts import account_of, read_accounts
from relance.services.delivery.journal import Journal
from relance.services.delivery.journal_lines import Carried
from relance.services.messages import compose
from relance.services.messages.freezing import as_sent, as_told, freeze
from relance.services.recheck import Verdict, recheck
from relance.services.refusal import Refused
from relance.services.simulate import holds_back, run_moment
from relance.storage import db, transitions
from relance.storage.models import Firm, MailAccount, Message
from relance.storage.transitions import Claim
from relance.storage.ways import Way, way_of

# A server that takes messages and doesn't answer is left alone: each one more would be one more of unknown fate.
UNANSWERED_TOO_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A message ready to be handed over."""

    claim: Claim
    message: delivery.Message
    level: int
    deadline: date | None
    carried: tuple[Carried, ...]
    mark: int | None  # the database's change mark when it was looked at
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Batch:
    """How many messages were claimed, and those of them that may leave."""

    claimed: int = 0
    ready: tuple[Item, ...] = ()


class NotNow(Exception):
    """Something changed between the claim and the handing over: this message doesn't leave in this form."""


class Carrier:
    """The deliveries of one thread."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        way: Way,
        channel: Channel,
        now: Callable[[], datetime],
        note: Callable[[int, MessageState], None],
    ) -> None:
        self._connection = db.writer(engine)
        self._journal = Journal(settings.data_dir)
        self._settings = settings
        self._way, self._channel = way, channel
        self._now = now
        self._note = note
        self._tell_account = False
        self._unanswered = 0  # handed over in a row without an answer

    def close(self) -> None:
        """Give the database connection back."""
        self._connection.close()
        self._journal.close()

    def _writing(self) -> AbstractContextManager[Session]:
        return db.writing_on(self._connection)

    def claim(
        self,
        owner: str,
        lease_until: datetime,
        limit: int,
        only: Collection[int] | None,
    ) -> Batch:
        """Claim what is due, take out what may not leave any more, and freeze the content of the rest."""
        with self._writing() as session:
            firm = the_firm(session)
            local = self._now().astimezone(ZoneInfo(firm.timezone))
            people_only, on = holds_back(session, firm, local, self._way.channel), session.connection()
            claims = transitions.claim(
                on, owner, self._now(), lease_until, limit, self._way, only, asked_for=people_only
            )
            if not claims:
                return Batch()
            by_id = {one.message: one for one in claims}
            messages = session.scalars(select(Message).where(Message.id.in_(by_id)).order_by(Message.id)).all()
            verdicts = recheck(session, firm, messages, local)
            staying = [m for m in messages if self._stays(session, firm, by_id[m.id], verdicts[m.id])]
            staying = self._one_for_each_invoice(session, staying, by_id)
            ready = self._freeze(session, firm, staying, by_id, local.date())
            return Batch(len(claims), tuple(ready))

    def _stays(self, session: Session, firm: Firm, claim: Claim, verdict: Verdict) -> bool:
        """Carry out a verdict; False when the message doesn't leave now."""
        if verdict.not_before is not None:
            moment = run_moment(firm, verdict.not_before)
            later = {"owner": None, "next_at": moment, "attempt": claim.attempt - 1}
            transitions.move(session.connection(), claim, MessageState.CLAIMED, MessageState.QUEUED, **later)
            return False
        transitions.withdraw_reminders(session.connection(), [(key, code.value) for key, code in verdict.out])
        if verdict.keep:
            return True
        code = verdict.out[0][1].value if verdict.out else None
        transitions.move(session.connection(), claim, MessageState.CLAIMED, MessageState.WITHDRAWN, code=code)
        self._note(claim.message, MessageState.WITHDRAWN)
        return False

    def _one_for_each_invoice(
        self, session: Session, messages: list[Message], claims: Mapping[int, Claim]
    ) -> list[Message]:
        """Of two steps of one invoice the second goes back, to be looked at once the first has left (RULES 3.5)."""
        session.flush()
        carried = transitions.live_invoices(session.connection(), [message.id for message in messages])
        taken: dict[int, tuple[int, int, int]] = {}
        staying = []
        for message in messages:
            step = (message.program_id, message.step, message.occurrence)
            invoices = carried.get(message.id, [])
            if any(taken.get(invoice, step) != step for invoice in invoices):
                self._unclaim(claims[message.id])
                continue
            taken.update(dict.fromkeys(invoices, step))
            staying.append(message)
        return staying

    def _freeze(
        self, session: Session, firm: Firm, messages: list[Message], claims: Mapping[int, Claim], today: date
    ) -> list[Item]:
        accounts = read_accounts(session)
        ids = [message.id for message in messages]
        composed = compose.prepare(session, ids, firm, accounts, today, self._settings.data_dir)
        account = account_of(session, self._way)
        first = isinstance(account, MailAccount) and account.first_sent_on is None
        self._tell_account = self._tell_account or first or account.pauses > 0
        mark, zone = transitions.change_mark(session.connection()), ZoneInfo(firm.timezone)
        carried = carried_by(session.connection(), ids)
        items = []
        for message in messages:
            content = composed[message.id]
            if isinstance(content, Refused):
                facts = json.dumps(dict(content.facts), ensure_ascii=False, default=str)
                held = {"code": content.code, "detail": facts, "owner": None}
                transitions.move(
                    session.connection(), claims[message.id], MessageState.CLAIMED, MessageState.HELD, **held
                )
                self._note(message.id, MessageState.HELD)
            else:
                items.append(self._item(message, content, claims[message.id], carried.get(message.id, ()), mark, zone))
        return items

    def _item(
        self,
        message: Message,
        content: compose.Composed,
        claim: Claim,
        carried: tuple[Carried, ...],
        mark: int | None,
        zone: ZoneInfo,
    ) -> Item:
        """Store the content on the row, and give what the channel sends."""
        freeze(message, content, self._now())
        dated = message.dated_at.astimezone(zone) if message.dated_at else None
        return Item(
            claim=claim,
            message=as_sent(content, self._settings.data_dir, dated),
            level=message.level,
            deadline=content.deadline,
            carried=carried,
            mark=mark,
            zone=zone,
        )

    def carry(self, item: Item) -> bool:
        """Hand one message over and store what became of it; False when the account can send nothing more now."""
        handed_over = False

        def before_handover() -> None:
            nonlocal handed_over
            self._commit_to(item)
            handed_over = True
            self._write_down(item)

        try:
            receipt = self._channel.send(item.message, before_handover=before_handover)
        except NotNow:
            return True
        except DeliveryFailed as error:
            before = MessageState.TRANSMITTING if handed_over else MessageState.CLAIMED
            return self._failed(item, outcomes.Failure(item.claim, before, error, self._way))
        self._sent(item, receipt)
        return True

    def _commit_to(self, item: Item) -> None:
        """The state `transmitting` is on the disk before the content is handed over; or nothing is handed over."""
        with self._connection.begin():
            ready = self._still_right(item)
            if ready:
                now = self._now()
                ready = transitions.move(self._connection, item.claim, MessageState.CLAIMED, MessageState.TRANSMITTING)
            if ready:
                day = now.astimezone(item.zone).date()
                transitions.mark_done(self._connection, item.claim.message, day, now, item.deadline, item.level)
        if not ready:
            raise NotNow

    def _write_down(self, item: Item) -> None:
        """Outside the database too it is on the disk that this message is handed over, or it is not."""
        try:
            told = self._way.channel, item.claim.attempt, self._now(), item.carried
            self._journal.handing_over(item.message.uid, *told)
        except OSError as error:
            raise DeliveryFailed("journal.unwritable", Fate.REQUEUE, str(error)) from error

    def _still_right(self, item: Item) -> bool:
        """Whether nothing changed since the claim; else the message goes back to be looked at and composed anew."""
        mark = transitions.change_mark(self._connection)
        if mark is not None and mark == item.mark:
            return True
        with Session(self._connection, join_transaction_mode="rollback_only") as session:
            message, firm = session.get_one(Message, item.claim.message), the_firm(session)
            verdict = recheck(session, firm, [message], self._now().astimezone(item.zone))[message.id]
            same_way = way_of(session, message.id) == self._way
        if same_way and verdict.keep and not verdict.out and verdict.not_before is None:
            return True
        self._unclaim(item.claim)
        return False

    def _unclaim(self, claim: Claim) -> None:
        back = {"owner": None, "attempt": claim.attempt - 1}
        transitions.move(self._connection, claim, MessageState.CLAIMED, MessageState.QUEUED, **back)

    def _sent(self, item: Item, receipt: Receipt) -> None:
        self._unanswered = 0
        refused = [{"address": one.address, "code": one.code, "text": one.text} for one in receipt.refused]
        told = {**as_told(receipt), "sent_at": self._now(), "code": None, "refused": refused}
        with self._connection.begin():
            transitions.move(self._connection, item.claim, MessageState.TRANSMITTING, MessageState.SENT, **told)
        if self._tell_account or receipt.refused:
            with self._writing() as session:
                outcomes.account_is_well(session, self._way, self._now().astimezone(item.zone).date())
                outcomes.note_refused(session, item.claim.message, receipt.refused, self._now())
            self._tell_account = False
        self._journal.outcome(item.message.uid, MessageState.SENT, self._now())
        self._note(item.claim.message, MessageState.SENT)

    def _failed(self, item: Item, failure: outcomes.Failure) -> bool:
        with self._writing() as session:
            state = outcomes.record(session, failure, self._now())
            if failure.error.fate is Fate.UNKNOWN and self._unanswered + 1 >= UNANSWERED_TOO_OFTEN:
                outcomes.pause_account(session, self._way, self._now())
        if failure.before is MessageState.TRANSMITTING:
            self._journal.outcome(item.message.uid, state, self._now())
        self._note(failure.claim.message, state)
        self._unanswered = self._unanswered + 1 if failure.error.fate is Fate.UNKNOWN else 0
        return failure.error.fate not in (Fate.REQUEUE, Fate.HOLD) and self._unanswered < UNANSWERED_TOO_OFTEN

    def put_back(self, items: Collection[Item]) -> None:
        """Give up the claim of messages that this account can't send now."""
        with self._connection.begin():
            for item in items:
                self._unclaim(item.claim)
        with self._writing() as session:
            outcomes.hold_waiting(session, self._way)
