"""create_app: the only place where the parts are put together."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from sqlalchemy import Engine

from relance import clock as system_clock
from relance import paths, web
from relance.config import Settings
from relance.jobs import tasks
from relance.jobs.queue import Queue, open_queue
from relance.services.database import open_database
from relance.services.delivery.outlets import OutletsOf, build_outlets
from relance.web import database, security, visitors


def create_app(
    settings: Settings,
    *,
    engine: Engine | None = None,
    channels: OutletsOf | None = None,
    clock: Callable[[], datetime] | None = None,
    queue: Queue | None = None,
) -> Flask:
    """The web application on one data folder. It starts no worker; it only rings the queue's bell.

    Raises Refused when the data folder, the database or the key file can't be used.
    """
    engine = engine or open_database(settings)
    now, outlets_of = clock or system_clock.utc_now, channels or build_outlets
    app = Flask("relance", template_folder=str(paths.templates()), static_folder=str(paths.static()))
    queue = queue or open_queue(settings)
    declared = tasks.declare(queue, engine, settings, now, outlets_of)
    security.configure(app, settings)
    database.register(app, database.Wiring(settings, engine, now, outlets_of, declared.wake, declared.wake_in))
    app.config["PERMANENT_SESSION_LIFETIME"] = visitors.cookie_lifetime(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    web.register(app)
    security.guard(app, settings)
    app.extensions["relance.jobs"] = (queue, declared)
    return app
