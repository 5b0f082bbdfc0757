"""The classifier example: it separates the arms of a spiral, draws, and checks its options."""

from pathlib import Path
from typing import Any

import pytest

from examples import classifier


def test_it_separates_the_arms_and_draws(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "spiral.png"
    classifier.main(["--epochs", "150", "--points", "100", "--out", str(picture)])
    losses, accuracy = capsys.readouterr().out.splitlines()
    first, last = (float(word.rstrip(",")) for word in losses.split() if word[0].isdigit())
    assert last < first / 20
    assert accuracy.startswith("test accuracy") and float(accuracy.split()[2]) >= 0.97
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_options_are_checked(tmp_path: Path, capsys: Any) -> None:
    for options in (["--epochs", "0"], ["--out", str(tmp_path / "nowhere" / "spiral.png")]):
        with pytest.raises(SystemExit, match="2"):
            classifier.main(options)
    assert "no directory" in capsys.readouterr().err
