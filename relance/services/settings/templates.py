"""Reads the message templates of a settings file, and checks the merge fields of their texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relance.domain import merge
from relance.domain.delivery import ChannelName
from relance.i18n import MESSAGE_LANGUAGES
from relance.services.settings import values
from relance.services.settings.lines import Path
from relance.services.settings.problems import BadValue, ProblemCode, Problems
from relance.services.settings.tables import Known, name_in, read_table
from relance.services.settings.values import Read
from relance.services.texts.templates import has_address


@dataclass(frozen=True, slots=True)
class TextSpec:
    """A text in one language; None leaves a part as it is, an empty body takes the text away."""

    subject: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """What the template of a name and a channel is to be; a language that isn't there leaves a text as it is."""

    name: str
    channel: ChannelName
    texts: Mapping[str, TextSpec] = field(default_factory=dict)


def _name(value: object) -> str:
    found = values.name(value)
    if not has_address(found):
        raise BadValue(ProblemCode.NAME_WITHOUT_PAGE)
    return found


_KEYS: dict[str, Read] = {"name": _name, "channel": values.one_of(ChannelName)}
_TEXT_KEYS: dict[str, Read] = {"subject": values.line, "body": values.text}


def read_template(raw: dict[str, Any], path: Path, known: Known, problems: Problems) -> TemplateSpec | None:
    """A [[template]] table; None when it has no usable name. What else is wrong is among the problems."""
    owner = name_in(raw)
    languages = {
        key: value
        for key, value in raw.items()
        if key in MESSAGE_LANGUAGES or (isinstance(value, dict) and key not in _KEYS)
    }
    given = read_table(raw, path, _KEYS, problems, owner=owner, others=(*MESSAGE_LANGUAGES, *languages))
    if "name" not in raw:
        problems.add(path, ProblemCode.MISSING, key="name")
    channel = given.get("channel", known.channel_of(owner))
    stored_texts = known.stored_templates.get((owner, channel), frozenset())
    texts = _texts(languages, path, channel, stored_texts, problems, owner)
    kept = stored_texts - {one for one, text in texts.items() if text.body == ""}
    if not kept | {one for one, text in texts.items() if text.body} and len(texts) == len(languages):
        problems.add(path, ProblemCode.NO_TEXT, owner=owner)
    return TemplateSpec(given["name"], channel, texts) if "name" in given else None


def _texts(
    languages: dict[str, Any], path: Path, channel: ChannelName, stored: frozenset[str], problems: Problems, owner: str
) -> dict[str, TextSpec]:
    texts: dict[str, TextSpec] = {}
    for language, raw in languages.items():
        place = (*path, language)
        if language not in MESSAGE_LANGUAGES:
            problems.add(place, ProblemCode.LANGUAGE, owner=owner, value=language, choices=MESSAGE_LANGUAGES)
            continue
        given = read_table(raw, place, _TEXT_KEYS, problems, owner=owner)
        if not isinstance(raw, dict):
            continue
        _check_complete(raw, place, channel, problems, owner, is_new=language not in stored)
        for key, text in given.items():
            check_merge_fields(text, (*place, key), problems, owner)
        texts[language] = TextSpec(given.get("subject"), given.get("body"))
    return texts


def _check_complete(
    raw: dict[str, Any], path: Path, channel: ChannelName, problems: Problems, owner: str, *, is_new: bool
) -> None:
    """A new text has a body; that of an e-mail has a subject too, and no e-mail may lose its own."""
    if raw.get("body") == "":
        return
    if is_new and "body" not in raw:
        problems.add(path, ProblemCode.MISSING, owner=owner, key="body")
    if channel is not ChannelName.EMAIL:
        return
    if is_new and "subject" not in raw:
        problems.add(path, ProblemCode.MISSING, owner=owner, key="subject")
    elif raw.get("subject") == "":
        problems.add((*path, "subject"), ProblemCode.EMPTY, owner=owner)


def check_merge_fields(text: str, path: Path, problems: Problems, owner: str) -> None:
    """A text with an unknown field or a broken block can't be saved: note each one."""
    for fault in merge.faults(text):
        problems.add(
            path,
            ProblemCode.MERGE,
            owner=owner,
            value=fault.written,
            fault=fault.code,
            near=fault.suggestion,
            text_line=fault.line,
        )
