"""relance serve and relance worker: the processes that stay."""

import logging
import signal
import sys
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from relance import clock
from relance.cli.context import Relance, refuse, refusing, say
from relance.cli.single import OnlyCopy

if TYPE_CHECKING:
    from relance.config import Settings

THREADS = 8
LARGEST_BODY = 64 * 1024 * 1024  # beyond the pages' own limit, which has a page of its own


@click.command()
@click.option("--host", help="The address to listen on (default 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port (default 8710).")
@click.option("--no-browser", is_flag=True, help="Don't open the browser.")
@click.option("--no-worker", is_flag=True, help="The pages alone: `relance worker` runs elsewhere.")
@click.pass_obj
def serve(relance: Relance, host: str | None, port: int | None, *, no_browser: bool, no_worker: bool) -> None:
    """Open Relance in the browser: web pages and worker in one process."""
    settings = relance.settings
    settings = replace(
        settings,
        host=host or settings.host,
        port=port or settings.port,
        open_browser=settings.open_browser and not no_browser,
    )
    _log_to_stderr()
    copy = _only_copy(settings, "serve", relance.language)
    if copy is None:
        return
    try:
        _serve(settings, copy, relance.language, with_worker=not no_worker)
    finally:
        copy.release()


@click.command()
@click.pass_obj
def worker(relance: Relance) -> None:
    """The worker alone: the daily run and the queue."""
    from relance.jobs import tasks
    from relance.jobs.queue import open_queue
    from relance.jobs.worker import Worker

    settings, _ = relance.settings, say(relance.language)
    _log_to_stderr()
    copy = OnlyCopy(settings.data_dir, "worker")
    if not copy.take():
        refuse(_("A worker runs already on the data folder %(folder)s.") % {"folder": settings.data_dir})
    queue = open_queue(settings)
    running = Worker(queue, tasks.declare(queue, relance.engine, settings, clock.utc_now), settings, clock.utc_now)
    _stop_on_signals()
    try:
        running.start()
        click.echo(_("The worker runs. Stop it with Ctrl+C."))
        running.wait()
    except (KeyboardInterrupt, SystemExit):
        running.stop()
    finally:
        copy.release()


def _serve(settings: "Settings", copy: OnlyCopy, language: str, *, with_worker: bool) -> None:
    from relance.app import create_app
    from relance.jobs.worker import Worker

    with refusing(language):
        app = create_app(settings)
    server = _listen(app, settings, language)
    running, worker_copy = None, OnlyCopy(settings.data_dir, "worker")
    if with_worker and worker_copy.take():
        queue, declared = app.extensions["relance.jobs"]
        running = Worker(queue, declared, settings, clock.utc_now)
    address = _address(settings)
    copy.say_where(address)
    _stop_on_signals()
    try:
        if running:
            running.start()
        _announce(app, settings, address, language)
        server.run()  # returns when KeyboardInterrupt or SystemExit is raised in it
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
        if running:
            running.stop()
        worker_copy.release()


def _only_copy(settings: "Settings", name: str, language: str) -> OnlyCopy | None:
    """The lock, or None after pointing to the copy that runs already."""
    _, copy = say(language), OnlyCopy(settings.data_dir, name)
    try:
        if copy.take():
            return copy
    except OSError as error:
        folder = {"folder": settings.data_dir, "error": error.strerror or error}
        refuse(_("The data folder %(folder)s can't be used: %(error)s. Nothing was changed.") % folder)
    address = copy.where()
    click.echo(_("Relance is running already: %(address)s") % {"address": address})
    if address and settings.open_browser:
        click.launch(address)
    return None


def _listen(app: Any, settings: "Settings", language: str) -> Any:
    from waitress.server import create_server

    try:
        return create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=not settings.public_url,
        )
    except OSError as error:
        _ = say(language)
        where = {"host": settings.host, "port": settings.port, "error": error.strerror or error}
        refuse(_("Relance can't listen on %(host)s, port %(port)s: %(error)s. Choose another with --port.") % where)


def _announce(app: Any, settings: "Settings", address: str, language: str) -> None:
    """Say where the pages are; as long as there is no account, with the token that makes the first one."""
    from relance.services import accounts
    from relance.storage.db import writing

    _, engine = say(language), app.extensions["relance"].engine
    with writing(engine) as session:
        if not accounts.any_account(session):
            address += f"/bienvenue?jeton={accounts.open_setup(session, clock.utc_now())}"
    click.echo(_("Relance works. Open %(address)s") % {"address": address})
    click.echo(_("Leave this window open: closing it stops the sending. Ctrl+C ends Relance."))
    if settings.open_browser:
        click.launch(address)


def _address(settings: "Settings") -> str:
    if settings.public_url:
        return settings.public_url
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _stop_on_signals() -> None:
    """SIGTERM ends as Ctrl+C does."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(name)s: %(message)s")
