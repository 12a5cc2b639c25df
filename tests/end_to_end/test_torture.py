"""The program killed, doubled and paid in the middle of a send; and the count itself, held against known wrongs."""

from dataclasses import replace
from pathlib import Path

from scripts.torture import program
from scripts.torture.__main__ import carry_out, line_of, short
from scripts.torture.check import Result, examine
from scripts.torture.firm import Firm, a_firm
from scripts.torture.sink import Mail, Sink


def test_nothing_is_sent_twice_or_lost_whatever_happens() -> None:
    results = list(carry_out(short()))
    assert [line_of(result) for result in results if not result.good] == []
    assert sum(result.kills for result in results) >= 20
    assert sum(result.mails for result in results) > 200


def counted(firm: Firm, mails: list[Mail]) -> Result:
    result = Result("")
    examine(result, firm, mails)
    return result


def test_the_count_sees_what_is_wrong(tmp_path: Path) -> None:
    with Sink(tmp_path / "ledger", 0) as sink:
        firm = a_firm(tmp_path / "data", sink.port, 5)
        program.run(firm)
        mails = sink.mails()
    assert (len(mails), counted(firm, mails).good) == (5, True)
    again = replace(mails[0], uid="another")
    assert (counted(firm, [*mails, mails[0]]).twice, counted(firm, [*mails, again]).twice) == (1, 1)
    assert counted(firm, mails[1:]).lost == 1
    assert counted(firm, [*mails, replace(again, to="c9@torture.example", subject="x")]).unlisted == 1
    assert counted(replace(firm, invoices=6), mails).lost == 1
