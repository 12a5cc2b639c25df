"""The aged balance of any day, by customer or by group."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from relance.services.kept import kept
from relance.services.reporting import aged as report_aged
from relance.services.reporting.aged import Table
from relance.web import charts
from relance.web.database import firm, local_now, reading, wiring
from relance.web.forms.reports import AgedForm
from relance.web.paging import Paging
from relance.web.report_files import answer, file_language
from relance.web.shell import refuse

Answer = Response | str | tuple[str, int]
PER_PAGE = 50
PAGE = "reports/aged.html"


def register(page: Blueprint) -> None:
    """Its addresses."""
    page.add_url_rule("/rapports/balance-agee", "aged", aged)
    page.add_url_rule("/rapports/balance-agee.<kind>", "aged_file", aged_file)


def aged() -> str | tuple[str, int]:
    """One currency's table, a page at a time; its sums are those of all rows."""
    form = _form()
    order, descending = form.order
    engine, today = wiring().engine, local_now().date()
    tables = kept(engine, report_aged.tables_of, today, form.day, form.by, form.order)
    table = _chosen(tables, form.devise.data or "")
    shown: dict[str, object] = {"form": form, "on": form.day, "tables": tables, "table": table}
    if table is not None:
        part = _paging(len(table.rows))
        rows = table.rows[part.offset : part.offset + part.per]
        known = kept(engine, report_aged.habits_of, today, form.day, form.by, rows)
        shown |= {
            "paging": part,
            "rows": [(row, known.of(row, table.currency)) for row in rows],
            "bars": charts.shares(table.total.amounts),
            "sorted_by": ("-" if descending else "") + order.value,
        }
    return refuse(PAGE, **shown) if form.errors else render_template(PAGE, **shown)


def aged_file(kind: str) -> Answer:
    """All rows of all currencies as a file."""
    form = _form()
    if form.errors:
        return aged()
    found = report_aged.report(reading(), firm(), local_now().date(), form.day, form.by, file_language())
    return answer(found, kind)


def _form() -> AgedForm:
    form = AgedForm(local_now().date(), formdata=request.args)
    form.validate()
    return form


def _chosen(tables: tuple[Table, ...], currency: str) -> Table | None:
    return next((one for one in tables if one.currency == currency), tables[0] if tables else None)


def _paging(total: int) -> Paging:
    number = request.args.get("page", 1, type=int)
    return Paging(max(1, min(number, -(-total // PER_PAGE) or 1)), PER_PAGE, total)
