"""Where the server of a test run keeps its files: in memory only where there is plenty of it."""

from pathlib import Path

import pytest

from devtools import postgres


def test_without_a_folder_in_memory_it_is_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_MEMORY", tmp_path / "none")
    assert not postgres._memory_is_plenty()


def test_in_a_small_one_it_is_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_MEMORY", tmp_path)
    monkeypatch.setattr(postgres, "_MEMORY_GIB_MIN", 2**30)
    assert not postgres._memory_is_plenty()


def test_on_a_machine_that_does_not_tell_its_memory_it_is_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "_MEMORY", tmp_path)
    monkeypatch.setattr(postgres, "_MEMORY_GIB_MIN", 0)
    monkeypatch.setattr(postgres, "_lines", lambda _: [])
    assert not postgres._memory_is_plenty()
