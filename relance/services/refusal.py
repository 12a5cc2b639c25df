"""The one error of services: what was asked can't be done, and nothing was changed."""

from collections.abc import Mapping


class Refused(Exception):
    """A refusal. `code` names it, `facts` are what its sentence needs (key, line, value, expected...)."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.facts: Mapping[str, object] = facts
