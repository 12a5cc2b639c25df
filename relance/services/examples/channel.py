"""The channel of the made-up firm's past."""

from relance.domain.delivery import BeforeHandover, DeliveryFailed, Fate, Message, Receipt


class Taken:
    """A channel that takes every message and sends none, with a fault now and then as in life."""

    def __init__(self, faults: dict[str, DeliveryFailed]) -> None:
        self._faults = faults

    def send(self, message: Message, *, before_handover: BeforeHandover) -> Receipt:
        """Nothing goes anywhere."""
        fault = self._faults.get(message.to[0])
        if fault is not None and fault.fate is Fate.FAIL:
            raise fault
        before_handover()
        if fault is not None:
            raise self._faults.pop(message.to[0])
        return Receipt(f"<{message.uid}@bonnet.example>", "250 2.0.0 Ok")

    def close(self) -> None:
        """Nothing to close."""
