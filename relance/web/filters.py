"""Amounts, dates, names and addresses of files, as templates write them."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from flask import Flask, request, url_for

from relance import i18n, paths
from relance.domain.money import to_decimal
from relance.domain.plan import Outcome
from relance.domain.reasons import Reason
from relance.domain.status import MessageState
from relance.web.database import firm
from relance.web.labels import reasons
from relance.web.language import language


def money(minor: int, currency: str) -> str:
    """Minor units as an amount: 6 120,00 €."""
    return i18n.money(to_decimal(minor, currency), currency, language())


def percent(rate: Decimal) -> str:
    """A rate: 12,40 %."""
    return i18n.percent(rate, language())


def day(value: date | None) -> str:
    """A day in figures; empty when there is none."""
    return i18n.short_date(value, language()) if value else ""


def long_day(value: date) -> str:
    """A day in words, with its day of the week."""
    return i18n.full_date(value, language())


def local(moment: datetime) -> datetime:
    """A stored moment in the firm's zone."""
    return moment.astimezone(ZoneInfo(firm().timezone))


def moment(value: datetime | None) -> str:
    """A stored moment as day and hour of the firm's zone: 22/11/2026 18 h 52."""
    if value is None:
        return ""
    here = local(value)
    return f"{i18n.short_date(here.date(), language())}\u00a0{i18n.clock_time(here, language())}"


def hour(value: datetime) -> str:
    """The hour of a moment that is local already: 9 h 00."""
    return i18n.clock_time(value, language())


def reason(why: Reason) -> str:
    """The sentence of a reason."""
    return reasons.reason(why, language())


def outcome(what: Outcome) -> str:
    """The word of an outcome."""
    return reasons.outcome(what, language())


def state(what: MessageState) -> str:
    """The word of a message's state."""
    return reasons.state(what, language())


def level(number: int, offset: int | None = None) -> str:
    """The name of a level."""
    return reasons.level(number, language(), offset=offset)


def asset(name: str) -> str:
    """The address of a file of static/, with its fingerprint: browsers keep it for ever."""
    return _address(request.script_root, name)


@cache
def _address(root: str, name: str) -> str:
    """A page has some eighty icons: their address is made once. `root` is where the app is mounted."""
    return url_for("static", filename=name, v=_fingerprint(name))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((paths.static() / name).read_bytes()).hexdigest()[:12]


def register(app: Flask) -> None:
    """Give them to the templates."""
    for one in (money, percent, day, long_day, moment, hour, reason, outcome, state, level):
        app.jinja_env.filters[one.__name__] = one
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["level_name"] = level
