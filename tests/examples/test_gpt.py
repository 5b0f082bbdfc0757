"""The GPT example: it learns what follows what, attends to no later character, draws, and answers bad input."""

from pathlib import Path
from typing import Any

import pytest

import autograd
from examples import gpt

SMALL = ["--layers", "1", "--dim", "32", "--heads", "2", "--context", "16", "--batch-size", "16"]


def test_it_learns_a_text_and_writes_like_it(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "text.txt").write_text("the quick brown fox jumps over the lazy dog\n" * 60, encoding="utf-8")
    options = ["--text", str(tmp_path / "text.txt"), "--steps", "200", "--out", str(tmp_path / "gpt.png")]
    gpt.main([*SMALL, "--lr", "0.01", *options])
    *written, report = capsys.readouterr().out.splitlines()
    assert float(report.split()[4]) < 0.35  # single characters: 3.2 nats
    assert sum("quick brown fox" in line for line in written) >= 3
    assert (tmp_path / "gpt.png").read_bytes().startswith(b"\x89PNG")


def test_pythons_documentation_is_better_known_than_by_single_characters(tmp_path: Path, capsys: Any) -> None:
    gpt.main([*SMALL, "--steps", "60", "--lr", "0.01", "--out", str(tmp_path / "gpt.png")])
    assert float(capsys.readouterr().out.splitlines()[-1].split()[4]) < 3.0


def test_no_position_sees_later_ones() -> None:
    autograd.manual_seed(0)
    model = gpt.GPT(tokens=11, context=8, dim=16, heads=2, layers=2)
    tokens = autograd.randint(11, (1, 8))
    changed = tokens.clone()
    changed[0, 5] = (changed[0, 5] + 1) % 11
    with autograd.no_grad():
        same = (model(tokens) == model(changed)).all(dim=2)[0].tolist()
    assert same == [True] * 5 + [False] * 3


@pytest.mark.parametrize("content", [None, "short"])
def test_a_bad_text_is_told(tmp_path: Path, capsys: Any, content: str | None) -> None:
    if content is not None:
        (tmp_path / "text.txt").write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        gpt.main(["--text", str(tmp_path / "text.txt"), "--out", str(tmp_path / "gpt.png")])
    assert "--text" in capsys.readouterr().err
