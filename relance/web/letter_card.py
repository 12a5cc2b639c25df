"""All that the page of a message says of a letter beside its text: how it is posted, where it is, what it cost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from relance.domain.book import ReminderKind
from relance.domain.delivery import ChannelName
from relance.domain.status import TO_PRINT, MessageState
from relance.services.letters.follow import source_of
from relance.services.letters.partner import is_theirs, may_cancel
from relance.services.letters.posted import may_undo
from relance.services.mark import may_unmark
from relance.storage.models import LetterAccount, Message, News
from relance.web.database import local_now, reading
from relance.web.forms.letters import NumberForm
from relance.web.labels import letters as labels
from relance.web.language import gettext as _
from relance.web.language import language

SAFE = "https://"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a letter's way."""

    at: datetime | None
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class LetterCard:
    """What is shown; empty where there is nothing to say."""

    postage: str
    price: str
    tracking: str
    sheets: int
    printed_at: datetime | None
    file: str  # its name in the folder for another printer
    test_mode: bool
    partner: bool
    asked_at: datetime | None
    now: str  # where it is
    way: tuple[Step, ...]
    proofs: tuple[tuple[str, str], ...]  # what it proves, address
    number: NumberForm | None  # while a number can still be given
    to_print: bool
    may_cancel: bool
    may_follow: bool
    may_search: bool
    may_undo: bool


def letter_card(message: Message) -> LetterCard | None:
    """The card of a letter; None for another message."""
    if message.channel is not ChannelName.LETTER or message.kind is ReminderKind.MARKED:
        return None
    news = _news(message)
    waits = message.state is MessageState.HELD and message.code == TO_PRINT
    by_post = reading().get_one(LetterAccount, 1).way == "post"
    theirs = is_theirs(message)
    return LetterCard(
        postage=labels.postage(message.postage, language()),
        price=labels.price(message.price, message.price_currency, language()) if message.price is not None else "",
        tracking=message.tracking,
        sheets=message.parts,
        printed_at=message.printed_at,
        file="" if theirs or message.test_mode else message.provider_id,
        test_mode=message.test_mode,
        partner=theirs,
        asked_at=news.heard_at if news else None,
        now=_(labels.TRACKING[news.code]) if news and news.code in labels.TRACKING else "",
        way=_way(news),
        proofs=_proofs(news),
        number=NumberForm(formdata=None, data={"number": message.tracking}) if waits else None,
        to_print=waits,
        may_cancel=may_cancel(message) and not (news and news.code),
        may_follow=theirs and message.state is MessageState.SENT,
        may_search=message.state is MessageState.UNKNOWN and by_post,
        may_undo=may_undo(message, local_now()),
    )


def may_take_mark_back(message: Message) -> bool:
    """Whether a mark was made today."""
    return may_unmark(message, local_now())


def _news(message: Message) -> News | None:
    if not message.provider_id:
        return None
    return reading().scalars(select(News).where(News.source == source_of(message.provider_id))).one_or_none()


def _way(news: News | None) -> tuple[Step, ...]:
    found = []
    for line in news.text.splitlines() if news else ():
        at, _bar, rest = line.partition("|")
        status, _bar, words = rest.partition("|")
        if at != "proof":
            known = labels.TRACKING.get(status)
            found.append(Step(_moment(at), _(known) if known else status, words))
    return tuple(reversed(found))


def _proofs(news: News | None) -> tuple[tuple[str, str], ...]:
    """Only addresses that a browser may open: they are the partner's words."""
    found = []
    for line in news.text.splitlines() if news else ():
        parts = line.split("|", 2)
        if parts[0] == "proof" and len(parts) == 3 and parts[2].startswith(SAFE) and parts[1] in labels.PROOFS:
            found.append((_(labels.PROOFS[parts[1]]), parts[2]))
    return tuple(found)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
