"""Where each key of a TOML text stands."""

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.services.settings.lines import Path, lines_of, nearest, syntax_place

TRICKY = (
    """\
# [not.a.table]
top = "a # b [x] = 1"   # and a comment with "quotes"

["firm"]  # quoted
name = 'it''
""".replace("''\n", "'\n")
    + r'''
address = """
[fake]
key = 1 \"""
"""""
after = 1
"sp ace" . 'x' = { a = 1, "b.c" = [1, 2,
  3, { d = 4 } ], e."f" = """
two lines""" }
dates = [ 2026-01-01, 10:00:00,
  1.5e3, # ] in a comment
  "]", '[[x]]' ]
last = true
[[program]]
name = "one"
[[program.step]]
offset = 1
[[program.step]]
offset = 2
[program.step.template]
email = "x"
[[program]]
[[program.step]]
offset = 3
'''
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("firm",), 4),
        (("firm", "name"), 5),
        (("firm", "address"), 7),
        (("firm", "after"), 11),
        (("firm", "sp ace"), 12),
        (("firm", "sp ace", "x"), 12),
        (("firm", "sp ace", "x", "b.c"), 12),
        (("firm", "sp ace", "x", "b.c", 2), 13),
        (("firm", "sp ace", "x", "b.c", 3, "d"), 13),
        (("firm", "sp ace", "x", "e", "f"), 13),
        (("firm", "dates", 2), 16),
        (("firm", "dates", 4), 17),
        (("firm", "last"), 18),
        (("program",), 19),
        (("program", 0), 19),
        (("program", 0, "step", 0, "offset"), 22),
        (("program", 0, "step", 1), 23),
        (("program", 0, "step", 1, "offset"), 24),
        (("program", 0, "step", 1, "template", "email"), 26),
        (("program", 1), 27),
        (("program", 1, "step", 0, "offset"), 29),
    ],
)
def test_a_key_stands_on_its_line(path: Path, line: int) -> None:
    assert lines_of(TRICKY)[path] == line


def test_only_what_is_in_the_text_has_a_line() -> None:
    assert set(lines_of(TRICKY)) == set(_paths(tomllib.loads(TRICKY)))


def test_a_missing_key_is_on_the_line_of_its_table() -> None:
    lines = lines_of(TRICKY)
    assert nearest(lines, ("program", 0, "step", 1, "level")) == 23
    assert nearest(lines, ("customer", 0)) is None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a = 1\nb = ?\n", 2, 5), ("a = 1\nb =", 2, 4), ('a = """\n\n', 2, 0), ("a = [1,\n2", 2, 0)],
)
def test_a_fault_of_syntax_has_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as error:
        tomllib.loads(text)
    detail, *place = syntax_place(error.value, text)
    assert place[0] == line
    assert place[1] in (column, 0)
    assert "line" not in detail


KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4)
VALUES = st.one_of(st.integers(-5, 5), st.booleans(), st.dates(), st.text(st.characters(codec="utf-8"), max_size=12))
TREES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


@settings(max_examples=150, deadline=None)
@given(tree=st.dictionaries(KEYS, TREES, max_size=4), multi=st.booleans())
def test_any_text_gives_a_line_to_each_of_its_paths_and_to_nothing_else(tree: dict[str, Any], *, multi: bool) -> None:
    text = tomli_w.dumps(tree, multiline_strings=multi)
    lines = lines_of(text)
    rows = text.replace("\r\n", "\n").split("\n")
    assert set(lines) == set(_paths(tomllib.loads(text)))
    for path, line in lines.items():
        if isinstance(path[-1], str):
            assert _as_key(path[-1]) in rows[line - 1]


def _as_key(name: str) -> str:
    return tomli_w.dumps({name: 0}).removesuffix(" = 0\n")


def _paths(value: Any, path: Path = ()) -> list[Path]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.extend(_paths(inner, (*path, key)))
    return found
