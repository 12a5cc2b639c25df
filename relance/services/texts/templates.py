"""The firm's models of messages: their texts are written, copied, renamed, taken away; a built-in one is restored."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from relance.domain import merge
from relance.domain.delivery import ChannelName
from relance.services.imports.known import name_key
from relance.services.refusal import Refused
from relance.services.texts import Text, builtin, builtin_names, exists, in_languages, stored
from relance.storage.models import Step, Template, TemplateText

LONGEST_NAME, LONGEST_SUBJECT, LONGEST_TEXT = 60, 250, 20_000
RESERVED = frozenset(("nouveau",))  # the address of a page
ACTS = frozenset(("nom", "supprimer", "origine", "apercu"))  # and what comes before the name in those of others
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_BUT_BREAKS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Place:
    """Which text of a model: its channel and its language."""

    name: str
    channel: ChannelName
    language: str


def has_address(name: str) -> bool:
    """Whether a page can be had of a model with this name: a settings file may give it others than a person may."""
    first, *more = parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and name not in RESERVED and not (more and first in ACTS)


def checked(place: Place, text: Text) -> Text:
    """A text as it is kept: its lines ended alike, its blank ends gone. Raises Refused with what keeps it from that."""
    body = _CONTROLS_BUT_BREAKS.sub("", text.body.replace("\r\n", "\n").replace("\r", "\n")).strip("\n").rstrip()
    subject = text.subject.strip()
    if not body.strip():
        raise Refused("template.empty")
    if not subject and place.channel is ChannelName.EMAIL:
        raise Refused("template.no_subject")
    if _CONTROLS.search(subject):
        raise Refused("template.subject_controls")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_TEXT:
        raise Refused("template.too_long", subject=LONGEST_SUBJECT, text=LONGEST_TEXT)
    for part, written in (("subject", subject), ("body", body)):
        for fault in merge.faults(written):
            raise Refused(
                "template.fault",
                part=part,
                fault=fault.code.value,
                written=fault.written,
                line=fault.line,
                suggestion=fault.suggestion,
            )
    return Text(subject, body)


def save(session: Session, place: Place, text: Text) -> None:
    """Keep the firm's own words of a model; those of the original are no words of its own. Raises Refused."""
    text = checked(place, text)
    if not exists(stored(session, [place.name]), place.name):
        raise Refused("template.unknown", name=place.name)
    if place.name in builtin_names() and builtin(place.name, place.channel).get(place.language) == text:
        _drop(session, place)
        return
    _keep(session, place, text)


def _keep(session: Session, place: Place, text: Text) -> None:
    row = _row(session, place)
    if row is None:
        row = Template(name=place.name, channel=place.channel)
        session.add(row)
    found = next((one for one in row.texts if one.language == place.language), None)
    if found is None:
        found = TemplateText(language=place.language)
        row.texts.append(found)
    found.subject, found.body = text.subject, text.body
    session.flush()


def _row(session: Session, place: Place) -> Template | None:
    query = select(Template).where(Template.name == place.name, Template.channel == place.channel)
    return session.scalars(query.options(selectinload(Template.texts))).one_or_none()


def _drop(session: Session, place: Place) -> bool:
    """Take one text away, and its channel with the last of them; whether it was there."""
    row = _row(session, place)
    found = next((one for one in row.texts if one.language == place.language), None) if row else None
    if row is None or found is None:
        return False
    row.texts.remove(found)
    if not row.texts:
        session.delete(row)
    session.flush()
    return True


def restore(session: Session, place: Place) -> None:
    """Take the firm's own words away: the original of a built-in model is used again. Raises Refused.

    A model of the firm's own loses this text, but never its last one.
    """
    own = stored(session, [place.name])
    if place.language not in own.get((place.name, place.channel), {}):
        raise Refused("template.nothing_to_restore")
    if place.name not in builtin_names() and sum(map(len, own.values())) == 1:
        raise Refused("template.last_text")
    _drop(session, place)


def duplicate(session: Session, source: str, name: str) -> str:
    """A new model with all the texts of another, as they are now; its name as it is kept. Raises Refused."""
    own = stored(session, [source])
    if not exists(own, source):
        raise Refused("template.unknown", name=source)
    name = _new_name(session, name)
    for channel in ChannelName:
        for language, text in in_languages(own, source, channel).items():
            _keep(session, Place(name, channel, language), text)
    return name


def rename(session: Session, name: str, new: str) -> str:
    """Call a model of the firm's own otherwise, in the programs that name it too. Raises Refused."""
    rows = _own(session, name)
    if new.strip() == name:
        return name
    new = _new_name(session, new, instead_of=name)
    for row in rows:
        row.name = new
    _replace(session, name, new)
    session.flush()
    return new


def delete(session: Session, name: str, replacement: str | None) -> None:
    """Take a model of the firm's own away. Raises Refused.

    Programs that name it need to be told what they use instead: another model, or "" for the usual text of the level.
    """
    rows = _own(session, name)
    if replacement is None and any(name in (step.templates or {}).values() for step in session.scalars(select(Step))):
        raise Refused("template.in_use", name=name)
    if replacement and (replacement == name or not exists(stored(session, [replacement]), replacement)):
        raise Refused("template.no_replacement")
    _replace(session, name, replacement or "")
    for row in rows:
        session.delete(row)
    session.flush()


def _own(session: Session, name: str) -> list[Template]:
    if name in builtin_names():
        raise Refused("template.builtin")
    rows = list(session.scalars(select(Template).where(Template.name == name)))
    if not rows:
        raise Refused("template.unknown", name=name)
    return rows


def _replace(session: Session, name: str, new: str) -> None:
    for step in session.scalars(select(Step)):
        if name in (step.templates or {}).values():
            changed = {channel: new if named == name else named for channel, named in step.templates.items()}
            step.templates = {channel: named for channel, named in changed.items() if named}


def _new_name(session: Session, name: str, instead_of: str = "") -> str:
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not name:
        raise Refused("template.name_empty")
    if len(name) > LONGEST_NAME:
        raise Refused("template.name_long", most=LONGEST_NAME)
    if _CONTROLS.search(name) or not any(map(str.isalnum, name)) or set(name) & set("/\\#?"):
        raise Refused("template.name_unusable")
    others = {*session.scalars(select(Template.name)), *builtin_names(), *RESERVED} - {instead_of}
    if name_key(name) in set(map(name_key, others)):
        raise Refused("template.name_taken", name=name)
    return name
