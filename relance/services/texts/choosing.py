"""Which text a reminder uses: the model that its step names, else the built-in one that suits its customer (RULES 4.3).

The firm's own words for a built-in model take its place language by language and channel by channel.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import String, select, type_coerce
from sqlalchemy.orm import Session

from relance.domain.delivery import ChannelName
from relance.domain.program import Tone
from relance.i18n import MESSAGE_LANGUAGES
from relance.services.texts.catalogue import builtin_names, chosen_names
from relance.services.texts.files import ByLanguage, Text, builtin
from relance.storage.models import Template, TemplateText

Stored = Mapping[tuple[str, ChannelName], ByLanguage]  # the firm's own texts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text is chosen by: the model its step names if any, the channel, languages, moment and customer."""

    name: str | None
    channel: ChannelName
    language: str  # the customer's
    firm_language: str
    level: int
    offset: int
    tone: Tone = Tone.STANDARD  # of the customer's group
    pro: bool = True  # the customer is known to be a business or a public body

    @property
    def names(self) -> tuple[str, ...]:
        """The models that may be used, the best first."""
        chosen = chosen_names(self.level, self.offset, self.tone, pro=self.pro)
        return (self.name, *chosen) if self.name else chosen


@dataclass(frozen=True, slots=True)
class TemplateBody:
    """The text to use. `fell_back`: it isn't in the language that was asked for."""

    name: str
    subject: str
    body: str
    language: str
    fell_back: bool


def stored(session: Session, names: Collection[str]) -> Stored:
    """The firm's own texts of some models, in one query."""
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


def exists(own: Stored, name: str) -> bool:
    """Whether there is a model of this name, in any channel."""
    return name in builtin_names() or any(name == model for model, _ in own)


def in_languages(own: Stored, name: str, channel: ChannelName) -> ByLanguage:
    """A model's text of a channel in each language: the firm's own words before the built-in ones."""
    original = builtin(name, channel) if name in builtin_names() else {}
    return {**original, **own.get((name, channel), {})}


def choose(own: Stored, wanted: Wanted) -> TemplateBody:
    """The text of the first model that has one for the channel, in the language asked for, the firm's, or any.

    A model that a step names keeps its place in any language; the built-in ones give way to one that speaks the
    customer's.
    """
    found = [(name, texts) for name in wanted.names if (texts := in_languages(own, name, wanted.channel))]
    name, texts = found[0]
    if name != wanted.name:
        name, texts = next((one for one in found if wanted.language in one[1]), found[0])
    return in_language(name, texts, wanted.language, wanted.firm_language)


def in_language(name: str, texts: ByLanguage, asked: str, of_firm: str) -> TemplateBody:
    """A model's text in the first language that it has: the one asked for, the firm's, the others in order."""
    order = (asked, of_firm, *MESSAGE_LANGUAGES, *sorted(texts))
    language = next(spoken for spoken in order if spoken in texts)
    return TemplateBody(name, texts[language].subject, texts[language].body, language, language != asked)


def find(session: Session, wanted: Wanted) -> TemplateBody:
    """The text of one step."""
    return choose(stored(session, wanted.names), wanted)
