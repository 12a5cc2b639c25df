"""relance config load and config dump, as a person calls them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.cli.main import relance
from tests.services.settings_files import blank_database

GOOD = '[firm]\nname = "Durand"\n\n[[customer]]\ncode = "A"\nname = "Éloïse"\n'


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RELANCE_LANG", "en")
    blank_database(tmp_path).dispose()
    return tmp_path


def run(data_dir: Path, *arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(relance, ["--data-dir", str(data_dir), "config", *arguments], input=stdin)


def write(data_dir: Path, content: str | bytes) -> str:
    path = data_dir / "my.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_load_says_on_one_line_what_it_changed(data_dir: Path) -> None:
    result = run(data_dir, "load", write(data_dir, GOOD))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    assert "settings: 1 changed" in result.stdout
    assert "customers: 1 added, 0 changed" in result.stdout


def test_load_counts_the_senders_too(data_dir: Path) -> None:
    senders = '[[sender]]\nname = "Lyon"\n[[sender]]\nname = "Brest"\n'
    assert "senders: 2 added, 0 changed" in run(data_dir, "load", write(data_dir, senders)).stdout


def test_loading_again_says_that_everything_was_so(data_dir: Path) -> None:
    first = run(data_dir, "load", write(data_dir, GOOD))
    again = run(data_dir, "load", write(data_dir, GOOD))
    assert again.exit_code == 0
    assert again.stdout != first.stdout
    assert "added" not in again.stdout


def test_a_file_comes_on_standard_input_too(data_dir: Path) -> None:
    assert run(data_dir, "load", "-", stdin=GOOD.encode()).exit_code == 0
    assert 'name = "Durand"' in run(data_dir, "dump").stdout


def test_a_mark_of_byte_order_is_no_trouble(data_dir: Path) -> None:
    assert run(data_dir, "load", write(data_dir, b"\xef\xbb\xbf" + GOOD.encode())).exit_code == 0


def test_dump_prints_what_load_reads_and_nothing_else(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(data_dir, "load", write(data_dir, GOOD))
    dumped = run(data_dir, "dump")
    assert (dumped.exit_code, dumped.stderr) == (0, "")
    other = tmp_path_factory.mktemp("other")
    blank_database(other).dispose()
    assert run(other, "load", "-", stdin=dumped.stdout.encode()).exit_code == 0
    assert run(other, "dump").stdout == dumped.stdout


def test_a_bad_file_is_refused_with_every_problem_on_a_line_of_its_own(data_dir: Path) -> None:
    before = run(data_dir, "dump").stdout
    path = write(data_dir, GOOD + 'emial = "a@b.fr"\n[email]\nport = "x"\npassword = "hunter2"\n')
    result = run(data_dir, "load", path)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second, third, last = result.stderr.splitlines()
    assert first.startswith(f"{path}, line 7, customer[1].emial (“A”): ")
    assert second.startswith(f"{path}, line 9, email.port: ")
    assert third.startswith(f"{path}, line 10, email.password: ")
    assert "password_env" in third
    assert "hunter2" not in result.stderr
    assert last == "Nothing was changed."
    assert run(data_dir, "dump").stdout == before


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("absent.toml", None, "absent.toml"),
        (".", None, "folder"),
        ("latin.toml", '[firm]\nname = "Éric"\n'.encode("latin-1"), "line 2"),
        ("wide.toml", GOOD.encode("utf-16"), "line 1"),
        ("broken.toml", b"[firm]\nname = \n", "line 2"),
        ("a\0b", None, "b"),
    ],
)
def test_what_is_no_readable_file_is_refused(data_dir: Path, name: str, content: bytes | None, told: str) -> None:
    if content is not None:
        (data_dir / name).write_bytes(content)
    result = run(data_dir, "load", str(data_dir / name))
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr
