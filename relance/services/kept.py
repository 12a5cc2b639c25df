"""What is worked out of the whole book, kept until something is written."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from relance.services.database import the_firm
from relance.storage import db
from relance.storage.models import Firm

Asked = ParamSpec("Asked")
Found = TypeVar("Found")
Written = tuple[tuple[int, int], ...]


def written(engine: Engine) -> Written | None:
    """A sign that changes with every transaction that is committed; None where there is none to be had cheaply."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    file = Path(engine.url.database)
    return tuple(_sign(one) for one in (file, file.with_name(file.name + "-wal")))


def _sign(file: Path) -> tuple[int, int]:
    try:
        known = file.stat()
    except OSError:
        return (0, 0)
    return (known.st_mtime_ns, known.st_size)


def kept(
    engine: Engine, work: Callable[Concatenate[Session, Firm, Asked], Found], *args: Asked.args, **_none: Asked.kwargs
) -> Found:
    """What a function gives for these arguments, the day among them; the same object while nothing was written."""
    sign = written(engine)
    if sign is None:
        return _fresh(engine, work, args)  # type: ignore[no-any-return]
    return _kept(engine, sign, work, args)  # type: ignore[no-any-return]


# The sign is taken before the reading begins: what is written in between shows at the next look.
@lru_cache(maxsize=32)
def _kept(engine: Engine, _sign: Written, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return _fresh(engine, work, args)


def _fresh(engine: Engine, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    with db.reading(engine) as session:
        return work(session, the_firm(session), *args)
