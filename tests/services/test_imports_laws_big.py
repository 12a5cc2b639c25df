"""What holds for every sequence of files: nothing twice, sums that are true, and a way back."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from relance.services.imports import RowState
from tests.services.imported import Desk, a_list, fresh_engine

HEADINGS = "Numéro;Type;Code client;Client;E-mail;Échéance;Total TTC;Payé;Solde;Référence;Litige;Promesse;Groupe;Statut"
TABLES = (
    "invoice",
    "customer",
    "customer_group",
    "payment",
    "hold",
    "credit_application",
    "contact",
    "firm",
)
AMOUNTS = ("", "0", "30", "100", "130")


@st.composite
def a_row(draw: st.DrawFn, number: str) -> str:
    kind = draw(st.sampled_from(("", "Facture", "Avoir")))
    code = draw(st.sampled_from(("", "C1", "C2")))
    name = draw(st.sampled_from(("Aubry", "Mercier")))
    email = draw(st.sampled_from(("", "a@d.fr", "b@d.fr")))
    due = draw(st.sampled_from(("", "2026-10-31", "2026-12-31")))
    total = draw(st.sampled_from(("100", "120")))
    paid, balance = draw(st.sampled_from((("", ""), ("0", ""), ("60", ""), ("130", ""), ("", "0"), ("", "40"))))
    reference = draw(st.sampled_from(("", "F-1", "F-2")))
    disputed = draw(st.sampled_from(("", "oui", "non")))
    promise = draw(st.sampled_from(("", "2026-12-24")))
    group = draw(st.sampled_from(("", "Grands")))
    status = draw(st.sampled_from(("", "Annulée")))
    return ";".join(
        (number, kind, code, name, email, due, total, paid, balance, reference, disputed, promise, group, status)
    )


@st.composite
def a_file(draw: st.DrawFn) -> str:
    numbers = draw(st.lists(st.sampled_from(("F-1", "F-2", "F-3")), min_size=1, unique=True))
    return a_list(HEADINGS, *(draw(a_row(number)) for number in numbers))


def _dump(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All rows but those of batches; addresses without their ids, which undoing may renew."""
    with desk.engine.connect() as connection:
        dumped = {table: connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")) for table in TABLES}
        found = {table: [tuple(row) for row in rows] for table, rows in dumped.items()}
    return {**found, "contact": sorted(row[1:] for row in found["contact"])}


def _sums_are_true(desk: Desk) -> bool:
    wrong = """
        SELECT number FROM invoice WHERE
        paid != coalesce((SELECT sum(amount) FROM payment, firm
                          WHERE invoice_id = invoice.id AND paid_on <= balances_on), 0)
        OR credited != coalesce((SELECT sum(amount) FROM credit_application
                                 WHERE invoice.id IN (invoice_id, credit_note_id)), 0)
        OR balance != total - paid - credited
        OR chased != (status = 'issued' AND kind = 'invoice')
    """
    with desk.engine.connect() as connection:
        return connection.execute(text(wrong)).all() == []


@settings(max_examples=700, deadline=None, phases=[Phase.generate, Phase.shrink], suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(a_file(), min_size=1, max_size=3))
def test_any_files_come_in_once_add_up_and_can_be_taken_back(files: list[str]) -> None:
    with TemporaryDirectory() as folder:
        desk = Desk(fresh_engine(Path(folder)))
        states = [_dump(desk)]
        imported = []
        for content in files:
            desk.now += timedelta(minutes=1)
            if not any(row.state is not RowState.CONFLICT for row in desk.preview(content).rows):
                continue
            shown = desk.preview(content)
            result = desk.bring(content, skip_bad_rows=True)
            assert result.created == shown.count(RowState.NEW)
            assert _sums_are_true(desk)
            after = _dump(desk)
            again = desk.preview(content)
            assert (again.count(RowState.NEW), again.count(RowState.CHANGED)) == (0, 0), again.rows
            imported.append(result.batch)
            states.append(after)
        for batch in reversed(imported):
            assert _dump(desk) == states.pop()
            desk.undo(batch)
        undone = _dump(desk)
        for table in TABLES[:-1]:
            assert undone[table] == states[0][table]
