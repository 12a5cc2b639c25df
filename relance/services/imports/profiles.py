"""Remembers how a kind of file is read, by a name or by its headings."""

from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from relance.importers.fields import FileKind
from relance.services.imports.options import AnyReading, ImportOptions, from_json, read_with, to_json
from relance.services.refusal import Refused
from relance.storage.models import ImportProfile


def read(session: Session, kind: FileKind, content: bytes, options: ImportOptions) -> tuple[AnyReading, ImportOptions]:
    """Read a file with the answers given and those remembered; the reading, and all the answers that it rests on.

    Raises Refused for a file that can't be read, or a heading of `mapping` that it doesn't have.
    """
    named = _named(session, kind, options.profile)
    used = _merged(named, options) if named else options
    reading = read_with(kind, content, used)
    if named is None:
        remembered = session.scalar(
            select(ImportProfile)
            .where(ImportProfile.kind == kind.value, ImportProfile.signature == reading.signature)
            .order_by(ImportProfile.used_at.desc(), ImportProfile.id.desc())
            .limit(1)
        )
        if remembered is not None and _merged(remembered, options) != used:
            used = _merged(remembered, options)
            reading = read_with(kind, content, used)
    unknown = [heading for heading in reading.unused_mapping if heading in options.mapping]
    if unknown:
        headings = ", ".join(column.heading for column in reading.columns if column.heading)
        raise Refused("import.map_heading", heading=unknown[0], headings=headings)
    return reading, used


def _named(session: Session, kind: FileKind, name: str | None) -> ImportProfile | None:
    if not name:
        return None
    found = session.scalar(select(ImportProfile).where(ImportProfile.name == name))
    if found is not None and found.kind != kind.value:
        raise Refused("import.profile_kind", profile=name, kind=found.kind)
    return found


def _merged(profile: ImportProfile, options: ImportOptions) -> ImportOptions:
    """What a profile remembers, with what was answered now on top."""
    kept = from_json(profile.options)
    return replace(
        kept,
        mapping={**kept.mapping, **options.mapping},
        date_order=options.date_order or kept.date_order,
        encoding=options.encoding or kept.encoding,
        separator=options.separator or kept.separator,
        profile=options.profile or profile.name,
        customer_kind=options.customer_kind or kept.customer_kind,
    )


def remember(
    session: Session, kind: FileKind, signature: str, options: ImportOptions, *, filename: str, now: datetime
) -> None:
    """Keep the answers of an import that went well, under the profile's name or that of the file."""
    if options.profile is None and not options.answers:
        return
    profile = session.scalar(select(ImportProfile).where(ImportProfile.name == (options.profile or "")))
    if profile is None:
        name = options.profile or _free_name(session, PurePath(filename).stem or kind.value)
        profile = ImportProfile(name=name, kind=kind.value)
        session.add(profile)
    profile.signature = signature
    profile.options = to_json(replace(options, profile=None))
    profile.used_at = now


def _free_name(session: Session, base: str) -> str:
    taken = set(session.scalars(select(ImportProfile.name)))
    name, rank = base, 1
    while name in taken:
        rank += 1
        name = f"{base} ({rank})"
    return name
