"""relance backup and relance restore: the whole data folder's substance in one file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from relance.cli.context import Relance, refuse, refusing, say
from relance.cli.single import OnlyCopy


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(relance: Relance, file: Path) -> None:
    """Write a backup to FILE, while Relance runs or not."""
    from relance.services.backup import write_backup

    with refusing(relance.language):
        size = write_backup(relance.engine, relance.settings, file)
    _ = say(relance.language)
    click.echo(_("Backup written: %(file)s (%(size)s bytes).") % {"file": file, "size": size})


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(relance: Relance, file: Path) -> None:
    """Put the backup FILE in place of the present data, which is kept beside it; nothing leaves before you confirm."""
    from relance import clock
    from relance.services.backup import restore_backup

    with _alone(relance), refusing(relance.language):
        kept = restore_backup(relance.settings, file, clock.utc_now())
    _ = say(relance.language)
    click.echo(_("Backup restored. Nothing is sent until you confirm, on the first page, what may have left since."))
    if kept:
        click.echo(_("The data of before are kept in %(folder)s.") % {"folder": kept})


@contextmanager
def _alone(relance: Relance) -> Iterator[None]:
    """Neither pages nor a worker may have the data open, or open them, while they are replaced."""
    copies = [OnlyCopy(relance.settings.data_dir, name) for name in ("serve", "worker")]
    try:
        if not all(copy.take() for copy in copies):
            _ = say(relance.language)
            folder = {"folder": relance.settings.data_dir}
            refuse(_("Relance runs on the data folder %(folder)s. End it, then restore: nothing was changed.") % folder)
        yield
    finally:
        for copy in copies:
            copy.release()
