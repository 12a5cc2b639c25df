"""One page of the list of invoices, each with what was sent last and what follows; the choice of a person in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for

from relance.domain.book import DocumentStatus
from relance.domain.reasons import ReasonCode
from relance.services.following import Following, following
from relance.storage.queries import invoices as queries
from relance.storage.queries.invoices import Row, Tab, Wanted
from relance.web import invoice_list
from relance.web.database import firm, local_now, reading
from relance.web.labels import bulk_acts as bulk_labels
from relance.web.labels import invoices as labels
from relance.web.labels import reasons
from relance.web.language import gettext as _
from relance.web.language import language
from relance.web.paging import paging
from relance.web.shell import refuse

# What stays in the address from one tab to the next.
KEPT = ("q", "niveau", "retard", "programme", "par")


def listing(*, ticked: Collection[int] = (), everything: bool = False, refused: str = "") -> str | tuple[str, int]:
    """The list; `refused` says why what was chosen can't be acted on, and the choice stays as it was."""
    form, today = invoice_list.filters(), local_now().date()
    form.validate()
    session = reading()
    counts = queries.counts(session, today, firm().currency)
    wanted = invoice_list.wanted(form, counts)
    each = queries.narrowed_counts(session, wanted, today) if wanted.narrowed else counts.of
    part = paging(request.args, each[wanted.tab])
    rows = queries.rows(session, wanted, today, limit=part.per, offset=part.offset)
    values = {
        "form": form,
        "today": today,
        "firm_currency": firm().currency,
        "counts": counts,
        "wanted": wanted,
        "tabs": _tabs(wanted.tab, each),
        "paging": part,
        "lines": list(_lines(rows, _following(rows))),
        "caption": _(labels.CAPTIONS[wanted.tab]),
        "nothing": _(labels.NOTHING[wanted.tab]),
        "tri": _sorted_by(wanted),
        "kind_of": _kind_of,
        "Tab": Tab,
        "ticked": ticked,
        "everything": everything,
        "kept": invoice_list.kept(),
        "acts": bulk_labels.BUTTONS,
    }
    if refused:
        form.form_errors.append(refused)
    if form.errors:
        return refuse("invoices/index.html", **values)
    return render_template("invoices/index.html", **values)


def _following(rows: Sequence[Row]) -> Following:
    still_open = [row for row in rows if row.open]
    return following(
        reading(), firm(), {row.id for row in still_open}, {row.customer_id for row in still_open}, local_now()
    )


def _lines(rows: Sequence[Row], after: Following) -> Iterator[tuple[Row, str, str]]:
    """Each row with what holds it back, and what follows in a few words."""
    for row in rows:
        yield row, _sign(row, after), _said(row, after)


def _said(row: Row, after: Following) -> str:
    if row.id in after.waiting:
        return labels.what_waits(after.waiting[row.id], language())
    decision = after.decisions.get(row.id)
    return labels.what_follows(decision, after.offset(decision), language()) if decision else ""


def _sign(row: Row, after: Following) -> str:
    """The one thing about an invoice that a chip must say beside its level."""
    invoice = after.invoices.get(row.id)
    if invoice is None:
        return ""
    if invoice.failed_step is not None:
        return "failed"
    if invoice.disputed:
        return "disputed"
    if after.says(row.id, ReasonCode.PAUSED):
        return "paused"
    return "promised" if after.says(row.id, ReasonCode.PROMISED) else ""


def _kind_of(row: Row) -> str:
    """Why a document asks for no money: its status, else its kind."""
    if row.status is not DocumentStatus.ISSUED:
        return _(labels.STATUSES[row.status])
    return _(reasons.KINDS[row.kind])


def _sorted_by(wanted: Wanted) -> str:
    return f"-{wanted.order}" if wanted.descending else wanted.order.value


def _tabs(current: Tab, counts: Mapping[Tab, int]) -> list[tuple[str, str, bool, int]]:
    kept: dict[str, Any] = {name: request.args[name] for name in KEPT if request.args.get(name)}
    return [
        (_(labels.TABS[tab]), url_for("invoices.index", etat=tab.value, **kept), tab is current, counts[tab])
        for tab in Tab
    ]
