"""Which letters the partner already has: its list, read newest first and only as far as needed."""

from collections.abc import Iterator

from relance.channels.post.client import PostClient
from relance.channels.post.outcomes import UNREADABLE
from relance.channels.post.reading import Letter, Page, is_cancelled, letter_id, uid_of
from relance.domain.delivery import DeliveryFailed, Fate

PAGE = 100
NEWS = 20  # once the list was read, what is new fits a smaller page
PAGES = 5


class PostRegister:
    """Remembers what it has read: the first look takes up to PAGES pages, the next one as a rule."""

    def __init__(self, client: PostClient) -> None:
        self._client = client
        self._seen: set[str] = set()  # the partner's ids
        self._ours: dict[str, str] = {}  # our uid to the partner's id

    def find(self, uid: str) -> Letter | None:
        """A letter of ours that the partner has and will carry; raises DeliveryFailed where it can't be asked."""
        self._catch_up()
        provider_id = self._ours.get(uid)
        if provider_id is None:
            return None
        try:
            letter = self._client.letter(provider_id)
        except DeliveryFailed as failed:
            if failed.fate is not Fate.FAIL:
                raise
            # Listed and not to be had: nobody can say what the partner has.
            del self._ours[uid]
            raise DeliveryFailed(UNREADABLE.code, UNREADABLE.fate, failed.detail) from failed
        return None if is_cancelled(letter) else letter

    def _catch_up(self) -> None:
        """Read what is new; nothing is remembered of a look that failed midway."""
        seen, ours = set[str](), dict[str, str]()
        for page in self._pages():
            known = False
            for letter in page:
                provider_id = letter_id(letter)
                known = known or provider_id in self._seen
                seen.add(provider_id)
                if (uid := uid_of(letter)) and not is_cancelled(letter):
                    ours.setdefault(uid, provider_id)
            if known:
                break
        self._seen |= seen
        self._ours |= ours

    def _pages(self) -> Iterator[tuple[Letter, ...]]:
        """The list from its newest end, wherever the partner puts that."""
        limit = NEWS if self._seen else PAGE
        first = self._client.letters(limit=limit, offset=0)
        if first.oldest_first and first.total is not None and first.total > len(first.letters):
            yield from self._from_the_end(first.total, limit)
            return
        yield first.letters
        offset, last = len(first.letters), first
        for _ in range(PAGES - 1):
            if not last.letters or (first.total is not None and offset >= first.total):
                return
            page = self._client.letters(limit=limit, offset=offset)
            if _same(page, last):  # it pays no heed to the offset: this is all there is
                return
            yield page.letters
            offset, last = offset + len(page.letters), page

    def _from_the_end(self, total: int, limit: int) -> Iterator[tuple[Letter, ...]]:
        end = total
        for _ in range(PAGES):
            start = max(0, end - limit)
            page = self._client.letters(limit=limit, offset=start)
            yield page.letters
            if start == 0:
                return
            end = start


def _same(page: Page, other: Page) -> bool:
    return [letter_id(one) for one in page.letters] == [letter_id(one) for one in other.letters]
