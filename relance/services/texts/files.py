"""The files of the built-in models, and the words that values are made of.

A text is templates/messages/LANGUAGE/NAME.txt for e-mails, NAME.sms.txt and NAME.letter.txt for the other channels: the
subject on the first line, an empty line, the body. The subject of an SMS isn't sent: it names the message on screens.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from relance import paths
from relance.domain.delivery import ChannelName
from relance.i18n import MESSAGE_LANGUAGES

_SUFFIX = {ChannelName.EMAIL: ".txt", ChannelName.SMS: ".sms.txt", ChannelName.LETTER: ".letter.txt"}


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body, with merge fields."""

    subject: str
    body: str


ByLanguage = Mapping[str, Text]


@lru_cache(maxsize=128)
def builtin(name: str, channel: ChannelName = ChannelName.EMAIL) -> ByLanguage:
    """A built-in text of a channel in each language that has it."""
    found = {}
    for language in MESSAGE_LANGUAGES:
        path = paths.templates() / "messages" / language / f"{name}{_SUFFIX[channel]}"
        if path.is_file():
            subject, _, body = path.read_text(encoding="utf-8").partition("\n")
            found[language] = Text(subject.strip(), body.strip("\n"))
    return found


@lru_cache(maxsize=8)
def words(language: str) -> Mapping[str, str]:
    """What values are worded with in a language: greetings, days, headings."""
    path = paths.templates() / "messages" / language / "words.toml"
    return {key: str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
