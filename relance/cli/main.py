"""The `relance` command and the table of its subcommands."""

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from relance import __version__
from relance.cli.context import FAILURES, REFUSED, Relance, language, say

# name: (module, attribute, one line of help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "serve": ("relance.cli.serve", "serve", "Open Relance in the browser: web pages and worker in one process."),
    "worker": ("relance.cli.serve", "worker", "The worker alone: the daily run and the queue."),
    "config": ("relance.cli.config", "config", "Load or dump the settings, programs, templates and customers."),
    "import": ("relance.cli.imports", "import_", "Import a file of invoices or of payments."),
    "simulate": ("relance.cli.simulate", "simulate", "What the run of a day would do; sends and writes nothing."),
    "run": ("relance.cli.run", "run", "Make today's run if it is due, and deliver what is queued."),
    "export": ("relance.cli.export", "export", "Export invoices, customers or the history."),
    "remind": ("relance.cli.remind", "remind", "Remind of one invoice by hand, or send yourself a test."),
    "user": ("relance.cli.user", "user", "Accounts."),
    "backup": ("relance.cli.backup", "backup", "Write a backup to a file."),
    "restore": ("relance.cli.backup", "restore", "Put a backup back."),
    "doctor": ("relance.cli.doctor", "doctor", "Check this installation, and say what to mend."),
    "selftest": ("relance.cli.selftest", "selftest", "Prove that this executable is complete."),
}


# What these did before they failed stays done: they don't promise that nothing was changed.
MAY_HAVE_SENT = frozenset(("run", "remind", "serve", "worker"))


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from relance.cli.faults import sentence

            said = sentence(error, ctx.obj) if isinstance(ctx.obj, Relance) else None
            if said is None:
                raise
            click.echo(said, err=True)
            begun = "engine" in vars(ctx.obj) and ctx.invoked_subcommand in MAY_HAVE_SENT
            ctx.exit(FAILURES if begun else REFUSED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _ = say()
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, (_module, _attribute, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder (default: RELANCE_DATA_DIR, else the user's data folder).",
)
@click.version_option(__version__, prog_name="relance")
@click.pass_context
def relance(ctx: click.Context, data_dir: Path | None) -> None:
    """Relance reminds a firm's customers of unpaid invoices."""
    ctx.obj = Relance(data_dir, language())


def main() -> None:
    """The entry point: every refusal is one clear message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    relance(prog_name="relance")
