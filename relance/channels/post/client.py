"""What can be asked of a postal partner; each failure is the DeliveryFailed of its phase."""

import base64
from dataclasses import dataclass

from relance.channels.post.account import Mode, PostAccount
from relance.channels.post.letter import LetterRequest
from relance.channels.post.outcomes import BAD_SETTINGS, LOST, UNREADABLE, UNTRUSTED, Outcome, Phase, judge
from relance.channels.post.reading import (
    LONGEST_TEXT,
    Letter,
    Page,
    Tracking,
    as_letter,
    as_page,
    as_receipt,
    as_tracking,
    is_id,
    line_of,
    mode_of,
    parse,
)
from relance.channels.post.wire import Answer, Lost, PostWire, Upload
from relance.channels.postal import one_line
from relance.domain.delivery import DeliveryFailed, Fate, Receipt


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """The key is good; whether its letters are really posted."""

    mode: Mode


class PostClient:
    """One partner, one key, one thread. Connects at the first question."""

    def __init__(self, account: PostAccount) -> None:
        self.account = account
        self._wire = PostWire(account)

    def check(self) -> AccountCheck:
        """Ask for one letter of the list, which costs nothing and changes nothing."""
        page = self.letters(limit=1, offset=0)
        known = self.account.mode
        return AccountCheck(known if known is not Mode.UNKNOWN or not page.letters else mode_of(page.letters[0], known))

    def letters(self, *, limit: int, offset: int) -> Page:
        """A part of the list of all letters of this key."""
        query = {"limit": str(limit), "offset": str(offset)}
        answer = self._ask(Phase.OPENING, "GET", "/letters", query)
        page = as_page(parse(answer.body))
        if page is None:
            raise self._failed(UNREADABLE, line_of(answer))
        return page

    def letter(self, provider_id: str) -> Letter:
        """One letter as it is now."""
        answer = self._ask(Phase.LETTER, "GET", _path(provider_id))
        letter = as_letter(parse(answer.body))
        if letter is None:
            raise self._failed(UNREADABLE, line_of(answer))
        return letter

    def tracking(self, provider_id: str) -> Tracking:
        """Where a letter is, what it cost, and its proofs."""
        return as_tracking(self.letter(provider_id), self.account.mode)

    def cancel(self, provider_id: str) -> None:
        """Take a letter back before it is printed; `post.too_late` where it can't be any more."""
        self._ask(Phase.CANCEL, "DELETE", _path(provider_id))

    def create(self, request: LetterRequest) -> Receipt:
        """Hand a letter over. After Fate.UNKNOWN the partner may have it."""
        upload = request.upload()
        answer = self._ask(Phase.ANSWER, "POST", self.account.create_path, upload=upload)
        letter = as_letter(parse(answer.body))
        if letter is None:
            raise self._failed(LOST[Phase.ANSWER], line_of(answer))
        return as_receipt(letter, str(answer.status), self.account.mode)

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        self._wire.close()

    def _ask(
        self,
        phase: Phase,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        *,
        upload: Upload | None = None,
    ) -> Answer:
        timeouts = self.account.timeouts
        seconds = timeouts.letter if upload is not None else timeouts.question
        try:
            answer = self._wire.ask(method, path, seconds=seconds, query=query, upload=upload)
        except Lost as lost:
            raise self._failed(_lost(_progress(phase, upload), lost), lost.detail) from lost
        if not 200 <= answer.status < 300:
            line = line_of(answer)
            raise self._failed(judge(_answered(phase, upload), line), line)
        return answer

    def _failed(self, outcome: Outcome, detail: str) -> DeliveryFailed:
        """Some servers echo what they were sent: the key stays out of what is kept."""
        key = self.account.api_key
        if key:
            secret = base64.b64encode(f"{key}:".encode()).decode()
            detail = detail.replace(secret, "***").replace(key, "***")
        return DeliveryFailed(outcome.code, outcome.fate, one_line(detail)[:LONGEST_TEXT])


def _path(provider_id: str) -> str:
    if not is_id(provider_id):
        raise DeliveryFailed("post.letter_not_found", Fate.FAIL)
    return f"/letters/{provider_id}"


def _progress(phase: Phase, upload: Upload | None) -> Phase:
    """How far a broken exchange had come."""
    if upload is None or upload.left:
        return phase
    return Phase.HANDOVER if upload.begun else Phase.OPENING


def _answered(phase: Phase, upload: Upload | None) -> Phase:
    return Phase.HANDOVER if upload is not None and not upload.left else phase


def _lost(phase: Phase, lost: Lost) -> Outcome:
    before = phase not in (Phase.ANSWER, Phase.CANCEL)
    if before and lost.settings:
        return BAD_SETTINGS
    if before and lost.untrusted:
        return UNTRUSTED
    return LOST[phase]
