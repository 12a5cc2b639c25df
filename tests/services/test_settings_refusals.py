"""Settings that are refused: every problem told, with its key and its line, and nothing changed."""

import pytest
from sqlalchemy import Engine

from relance.domain.program import ProgramFault
from relance.services.settings.loading import ProblemCode
from relance.web.labels import config as labels
from tests.services.bad_senders import BAD_SENDERS, SENDERS_THERE
from tests.services.bad_settings import BAD_FILES
from tests.services.settings_files import all_rows, blank_database, load, problems_of

ALL_BAD = BAD_FILES | BAD_SENDERS
ALREADY_THERE = """
[[template]]
name = "Old"
[template.fr]
subject = "s"
body = "b"
[[customer]]
code = "OLD"
name = "Old customer"
[[customer]]
code = "TWIN"
name = "Twin"
[[customer]]
code = "TWIN-2"
name = "Twin"
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = blank_database(tmp_path_factory.mktemp("settings"))
    load(engine, ALREADY_THERE + SENDERS_THERE)
    return engine


@pytest.mark.parametrize("case", ALL_BAD)
def test_a_bad_file_is_refused_with_its_code_its_key_its_line_and_a_sentence(engine: Engine, case: str) -> None:
    text, code, key, line = ALL_BAD[case]
    problems = problems_of(engine, text)
    assert [(problem.code, problem.key, problem.line) for problem in problems] == [(code, key, line)]
    said = labels.sentence("config.problems", {"file": "my.toml", "problems": problems}, str)
    assert said is not None
    first, last = said.split("\n")
    assert first.startswith(f"my.toml, line {line}")
    assert key in first
    assert "%(" not in first
    assert last == labels.NOTHING_CHANGED


def test_every_code_and_every_fault_has_a_sentence() -> None:
    # The codes that stand for faults have a sentence for each fault instead.
    by_fault = {ProblemCode.PROGRAM, ProblemCode.MERGE, ProblemCode.SENDING_HOURS}
    assert set(labels.SENTENCES) == set(ProblemCode) - by_fault
    assert set(labels.FAULTS) == set(ProgramFault)


def test_every_code_that_a_file_can_have_is_tried() -> None:
    tried = {code for _text, code, _key, _line in ALL_BAD.values()}
    assert set(ProblemCode) - tried == {
        ProblemCode.EMAIL_OWN
    }  # a file must read what was dumped: pages alone refuse it


def test_a_refused_file_changes_nothing(engine: Engine) -> None:
    before = all_rows(engine)
    good = '[firm]\nname = "New"\n[[group]]\nname = "G"\n[[customer]]\ncode = "B"\nname = "B"\nemail = "b@b.fr"\n'
    problems_of(engine, good + 'group = "unknown"\n')
    assert all_rows(engine) == before


def test_all_the_problems_of_a_file_are_told_in_its_order(engine: Engine) -> None:
    text = '[email]\nport = 0\nhost = 3\n[firm]\nsiren = "1"\n[[group]]\n'
    found = problems_of(engine, text)
    assert [problem.line for problem in found] == [2, 3, 5, 6]


def test_lines_are_right_under_windows_line_ends(engine: Engine) -> None:
    (problem,) = problems_of(engine, '[firm]\r\naddress = """\r\na\r\nb"""\r\nname = 3\r\n')
    assert problem.line == 5


@pytest.mark.parametrize("secret", ['password = "hunter2"', 'password_env = "hunter2!"'])
@pytest.mark.parametrize("table", ["[email]\n", '[[sender]]\nname = "Nice"\n[sender.account]\n'])
def test_what_may_be_a_password_is_never_repeated(engine: Engine, table: str, secret: str) -> None:
    facts = {"file": "my.toml", "problems": problems_of(engine, f"{table}{secret}\n")}
    assert "hunter2" not in str(labels.sentence("config.problems", facts, str))


def test_a_key_that_is_nearly_right_is_suggested(engine: Engine) -> None:
    (problem,) = problems_of(engine, '[firm]\nlangage = "fr"\n')
    assert problem.facts["near"] == "language"


@pytest.mark.parametrize("table", ['[[group]]\nname = "G"\n', '[[customer]]\ncode = "G"\nname = "G"\n'])
def test_a_sender_that_is_nearly_right_is_suggested_with_its_owner(engine: Engine, table: str) -> None:
    (problem,) = problems_of(engine, table + 'sender = "Lion"\n')
    assert (problem.owner, problem.value, problem.facts["near"]) == ("G", '"Lion"', "Lyon")


def test_a_problem_names_its_program_and_quotes_what_was_read(engine: Engine) -> None:
    (problem,) = problems_of(engine, '[[program]]\nname = "Doux"\n[[program.step]]\noffset = "5"\n')
    assert (problem.owner, problem.value) == ("Doux", '"5"')


@pytest.mark.parametrize("offset", [-100_000, 0, 1])
def test_a_fault_of_a_program_tells_the_step_and_the_rule(engine: Engine, offset: int) -> None:
    steps = f"[[program.step]]\noffset = -2\nlevel = 0\n[[program.step]]\nlevel = 0\noffset = {offset}\n"
    text = '[[program]]\nname = "P"\n' + steps
    if offset == 0:
        load(engine, text)  # sound: the two others differ from it by the offset alone
        return
    faults = {problem.facts["fault"] for problem in problems_of(engine, text)}
    too_far = {ProgramFault.OFFSET_RANGE, ProgramFault.OFFSET_NOT_INCREASING}
    assert faults == (too_far if offset < 0 else {ProgramFault.COURTESY_AFTER_DUE})


def test_a_file_refused_for_its_syntax_says_the_column(engine: Engine) -> None:
    (problem,) = problems_of(engine, "[firm]\nname = x\n")
    assert problem.facts["column"] == 8
