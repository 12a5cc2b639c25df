"""The web face. This file stays light: the command line imports `labels` through it, without Flask."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

# One module per page the user sees; each has a blueprint called `page`.
PAGES = (
    "home",
    "welcome",
    "first_steps",
    "examples",
    "account",
    "users",
    "appearance",
    "backup",
    "about",
    "help",
    "views",
    "invoices",
    "imports",
    "customers",
    "groups",
    "notes",
    "corrections",
    "history",
    "letters",
    "marking",
    "to_do",
    "reopening",
    "replies",
    "approvals",
    "dispatches",
    "simulation",
    "unusual",
    "programs",
    "models",
    "automation",
    "settings",
    "settings_sign_in",
    "settings_sms",
    "mailbox",
    "settings_letters",
    "senders",
    "settings_charges",
    "sms_receipts",
    "reports",
    "report_orders",
)


def register(app: "Flask") -> None:
    """Give the app its guards, its words and its pages."""
    from relance.web import access, errors, filters, headers, language, saved_views, security, shell, visitors

    security.register(app)
    visitors.register(app)
    access.register(app)
    security.register_forms(app)
    headers.register(app)
    language.register(app)
    filters.register(app)
    shell.register(app)
    saved_views.register(app)
    errors.register(app)
    for name in PAGES:
        app.register_blueprint(importlib.import_module(f"relance.web.pages.{name}").page)
