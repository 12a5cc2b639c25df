"""Which text a reminder uses: the firm's own template, or the built-in one of its level and channel (RULES 4.3).

Built-in texts are files, templates/messages/LANGUAGE/NAME.txt for e-mails, NAME.sms.txt and NAME.letter.txt for the
others: the subject on the first line, an empty line, the body. The subject of an SMS isn't sent: it names the message
on screens.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from relance import paths
from relance.domain.delivery import ChannelName
from relance.i18n import MESSAGE_LANGUAGES
from relance.storage.models import Template, TemplateText

BEFORE_DUE = "rappel"
DUE_DAY = "echeance"
BY_LEVEL = {1: "niveau-1", 2: "niveau-2", 3: "niveau-3"}

_SUFFIX = {ChannelName.EMAIL: ".txt", ChannelName.SMS: ".sms.txt", ChannelName.LETTER: ".letter.txt"}


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body, with merge fields."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class TemplateBody:
    """The text to use. `fell_back`: it isn't in the language that was asked for."""

    name: str
    subject: str
    body: str
    language: str
    fell_back: bool


ByLanguage = Mapping[str, Text]
Stored = Mapping[tuple[str, ChannelName], ByLanguage]  # the firm's own templates


def builtin_names() -> frozenset[str]:
    """The names of the built-in texts: they are stable, a program may name them."""
    return frozenset((BEFORE_DUE, DUE_DAY, *BY_LEVEL.values()))


def default_name(level: int, offset: int) -> str:
    """The built-in text of a step that names no template."""
    if level == 0:
        return BEFORE_DUE if offset < 0 else DUE_DAY
    return BY_LEVEL[level]


@lru_cache(maxsize=32)
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


def stored(session: Session, names: Collection[str]) -> Stored:
    """The firm's own templates among some names, in one query."""
    if not names:
        return {}
    query = (
        select(
            Template.name,
            type_coerce(Template.channel, String),
            TemplateText.language,
            TemplateText.subject,
            TemplateText.body,
        )
        .join(TemplateText)
        .where(Template.name.in_(names))
    )
    found: dict[tuple[str, ChannelName], dict[str, Text]] = {}
    for name, channel, language, subject, body in session.execute(query):
        found.setdefault((name, ChannelName(channel)), {})[language] = Text(subject, body)
    return found


def choose(
    templates: Stored, name: str, channel: ChannelName, languages: tuple[str, str], *, default: str
) -> TemplateBody:
    """The text of a name in the first language that it has: the one asked for, the firm's, the others in order.

    The firm's template for the channel wins over the built-in text of the same name. Where there is neither, the text
    is that of `default`, as its name shows.
    """
    texts = templates.get((name, channel)) or (builtin(name, channel) if name in builtin_names() else {})
    if not texts:
        name, texts = default, templates.get((default, channel)) or builtin(default, channel)
    language = next(spoken for spoken in (*languages, *MESSAGE_LANGUAGES, *sorted(texts)) if spoken in texts)
    text = texts[language]
    return TemplateBody(name, text.subject, text.body, language, language != languages[0])


def find(
    session: Session,
    name: str | None,
    channel: ChannelName,
    language: str,
    firm_language: str,
    level: int,
    offset: int,
) -> TemplateBody:
    """The text of one step, by its template's name or, without one, by its level and offset."""
    default = default_name(level, offset)
    wanted = name or default
    return choose(stored(session, {wanted, default}), wanted, channel, (language, firm_language), default=default)
