"""Files stay under 400 lines and functions under 40: past that they are split by meaning."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 40
ROOT = Path(__file__).resolve().parent.parent


def too_long(root: Path = ROOT) -> Iterator[str]:
    """Every file and function past its size, one line each."""
    for folder in ("relance", "scripts", "tests"):
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations/versions" not in path.as_posix():
                yield from _in_file(path, path.relative_to(root).as_posix())


def _in_file(path: Path, name: str) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines (at most {FILE_LINES})"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno} {node.name}: {length} lines (at most {FUNCTION_LINES})"


if __name__ == "__main__":
    found = list(too_long())
    print("\n".join(found) or "Sizes: every file and function is within its limit.")
    sys.exit(bool(found))
