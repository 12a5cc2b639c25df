"""Codes in, sentences out, in the reader's language. One module for each area; no Flask here.

`refusals.refusal(error, language)` is the entry for every error of a service; each area gives it a
`sentence(code, facts, _)`, which answers None for a code that isn't its own.
"""

from collections.abc import Callable

Say = Callable[[str], str]


def N_(msgid: str) -> str:
    """Mark a msgid for extraction where it stands; it is translated later."""
    return msgid
