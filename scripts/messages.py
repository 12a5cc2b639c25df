"""The words of the screens: `extract` finds them, `compile` makes them ready, `check` holds the French complete.

English is what the code is written in; its catalogue would only repeat it, so there is none.
"""

import io
import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "locales"
TEMPLATE = LOCALES / "messages.pot"
LANGUAGES = ("fr",)
# folder: how its files are read
SOURCES = {"relance": [("**.py", "python")], "templates": [("**.html", "jinja2")]}
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false", "encoding": "utf-8"}}
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "say": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def found() -> Catalog:
    """Every sentence of the code and of the templates."""
    catalog = Catalog(project="Relance", charset="utf-8", fuzzy=False)
    for folder, methods in SOURCES.items():
        rows = extract_from_dir(str(ROOT / folder), methods, OPTIONS, KEYWORDS, (), directory_filter=lambda path: True)
        for _file, _line, message, _comments, context in rows:
            catalog.add(message, None, context=context)
    for line in command_lines():
        catalog.add(line)
    return catalog


def command_lines() -> list[str]:
    """The help of the commands stands in their table, where no call marks it."""
    sys.path.insert(0, str(ROOT))
    from relance.cli.main import COMMANDS

    return [line for _module, _attribute, line in COMMANDS.values()]


def path_of(language: str) -> Path:
    """The translations of a language."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    """The translations there are."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def save(catalog: Catalog, path: Path) -> None:
    """Write a catalogue: no line numbers and no dates, so that only words make a difference."""
    buffer = io.BytesIO()
    catalog.header_comment = "# The words of Relance's screens."
    write_po(buffer, catalog, width=120, no_location=True, omit_header=False, sort_output=True, ignore_obsolete=True)
    kept = [line for line in buffer.getvalue().decode().splitlines() if not line.startswith(EMPTY_HEADERS)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(kept).rstrip() + "\n", encoding="utf-8")


EMPTY_HEADERS = (
    '"Project-Id-Version',
    '"Report-Msgid-Bugs-To',
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Language-Team',
)


def extract() -> int:
    """Renew the template, and each language by it; what is new there has no translation yet."""
    template = found()
    save(template, TEMPLATE)
    for language in LANGUAGES:
        catalog = load(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.fuzzy = False
        save(catalog, path_of(language))
    return 0


def compile_all() -> int:
    """Make the .mo files that the program reads."""
    for language in LANGUAGES:
        target = path_of(language).with_suffix(".mo")
        with target.open("wb") as stream:
            write_mo(stream, load(language))
    return 0


def check() -> int:
    """Name every sentence that is missing, not translated, doubtful or no longer used."""
    template, faults = found(), []
    for language in LANGUAGES:
        catalog = load(language)
        for message in template:
            if not message.id:
                continue
            mine = catalog.get(message.id, message.context)
            if mine is None or not _is_whole(mine.string):
                faults.append(f"{language}: not translated: {message.id!r}")
            elif mine.fuzzy or list(mine.check(catalog)) or _placeholders(mine.id) != _placeholders(mine.string):
                faults.append(f"{language}: doubtful: {message.id!r}")
            elif language == "fr" and any(UNFRENCH.search(one) for one in _forms(mine.string)):
                faults.append(f"{language}: badly spaced or quoted: {mine.string!r}")
        faults += [
            f"{language}: no longer used: {message.id!r}"
            for message in catalog
            if message.id and template.get(message.id, message.context) is None
        ]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _is_whole(said: object) -> bool:
    return all(said) if isinstance(said, (tuple, list)) else bool(said)


def _forms(said: object) -> list[str]:
    return [str(one) for one in said] if isinstance(said, (tuple, list)) else [str(said)]


def _placeholders(said: object) -> set[tuple[str, ...]]:
    """What each form of a sentence fills in: one set for all of them, or they differ."""
    return {tuple(sorted(PLACEHOLDER.findall(one))) for one in _forms(said)}


PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
# A space that breaks before a mark or inside « », an English quotation mark, an apostrophe of a typewriter.
UNFRENCH = re.compile(r" [;:?!»€]|« |[“”]|[a-zA-Zé]'[a-zéèêàâœA-ZÉÈÊÀ]|!")

COMMANDS_HERE = {"extract": extract, "compile": compile_all, "check": check}

if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in COMMANDS_HERE:
        sys.exit("python scripts/messages.py extract|compile|check")
    sys.exit(COMMANDS_HERE[name]())
