"""The postal channel: letters printed, stamped and posted by a partner, through its HTTP API.

Before each handing over the partner's list is asked whether it has this letter: so an attempt whose end was never known
can't be paid twice, whatever the caller remembers, and a dead line or a refused key shows while nothing is at stake. It
costs one short question a letter. What a broken connection leaves open is looked up in the same way.
"""

from relance.channels.post.account import PostAccount
from relance.channels.post.client import PostClient
from relance.channels.post.letter import letter_request
from relance.channels.post.reading import as_receipt
from relance.channels.post.register import PostRegister
from relance.domain.delivery import BeforeHandover, DeliveryFailed, Fate, Message, Receipt

__all__ = ["PostAccount", "PostChannel", "PostClient"]

FOUND = "found"  # the `response` of a letter that an earlier attempt had left there


class PostChannel:
    """A Channel. Connects at the first send; belongs to one thread."""

    def __init__(self, account: PostAccount) -> None:
        self._account = account
        self._client = PostClient(account)
        self._register = PostRegister(self._client)

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Hand one letter over; see domain.delivery.Channel."""
        request = letter_request(message, self._account)
        earlier = self.find(message.uid)
        before_handover()
        if earlier is not None:
            return earlier
        try:
            return self._client.create(request)
        except DeliveryFailed as failed:
            found = self._found_after_all(message.uid) if failed.fate is Fate.UNKNOWN else None
            if found is None:
                raise
            return found

    def find(self, uid: str) -> Receipt | None:
        """What the partner has of a message, whenever it got it; raises DeliveryFailed where it can't be asked."""
        letter = self._register.find(uid)
        return as_receipt(letter, FOUND, self._account.mode) if letter is not None else None

    def close(self) -> None:
        """End the connection, if one is open. Never raises."""
        self._client.close()

    def _found_after_all(self, uid: str) -> Receipt | None:
        try:
            return self.find(uid)
        except DeliveryFailed:
            return None
