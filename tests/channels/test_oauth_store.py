"""Tokens in a file."""

from pathlib import Path

import pytest

from relance.channels.oauth.store import FileTokenStore, keep, loaded
from relance.domain.delivery import DeliveryFailed, Fate


def test_what_is_kept_is_read_again_by_its_owner_alone(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "secrets" / "mail.token")
    keep(store, "first é")
    keep(store, "second é")
    assert loaded(store) == "second é"
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700
    assert list(store.path.parent.iterdir()) == [store.path]


def test_a_file_that_is_not_there_means_nobody_signed_in(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailed) as caught:
        loaded(FileTokenStore(tmp_path / "none"))
    assert (caught.value.code, caught.value.fate) == ("oauth.not_signed_in", Fate.HOLD)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b" \n"])
def test_a_damaged_file_means_nobody_signed_in(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mail.token"
    path.write_bytes(content)
    with pytest.raises(DeliveryFailed) as caught:
        loaded(FileTokenStore(path))
    assert caught.value.code == "oauth.not_signed_in"


def test_a_failure_to_keep_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DeliveryFailed) as caught:
        keep(FileTokenStore(tmp_path / "file" / "mail.token"), "text")
    assert (caught.value.code, caught.value.fate) == ("oauth.not_kept", Fate.REQUEUE)
    taken = FileTokenStore(tmp_path / "taken")
    taken.path.mkdir()
    with pytest.raises(DeliveryFailed):
        keep(taken, "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "taken"]
