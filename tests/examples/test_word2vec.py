"""The word vectors example: it finds planted topics, reads a text, draws, and answers bad input with one line."""

from pathlib import Path
from typing import Any

import pytest

from examples import word2vec


def test_neighbours_of_a_word_are_on_its_topic(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "words.png"
    assert word2vec.main(["--epochs", "2", "--lr", "0.01", "--batch-size", "1024", "--out", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    first, last = (float(word.rstrip(",")) for word in lines[0].split() if word[0].isdigit())
    assert last < first
    assert lines[1].startswith("nearest neighbours on the same topic") and float(lines[1].split()[-1]) >= 0.95
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_text(tmp_path: Path, capsys: Any) -> None:
    text = tmp_path / "text.txt"
    text.write_text("the cat sat on the mat\n" * 30 + "A dog, the dog!\n" * 20, encoding="utf-8")
    options = ["--text", str(text), "--epochs", "1", "--words", "6", "--out", str(tmp_path / "words.png")]
    assert word2vec.main(options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 6 + 1 and lines[1].startswith("the: ") and len(lines[1].split()) == 6


@pytest.mark.parametrize("content", [None, "", "word"])
def test_a_text_without_words_is_one_line(tmp_path: Path, capsys: Any, content: str | None) -> None:
    text = tmp_path / "text.txt"
    if content is not None:
        text.write_text(content, encoding="utf-8")
    assert word2vec.main(["--text", str(text)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_options_are_checked(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        word2vec.main(["--k", "0"])
    with pytest.raises(SystemExit, match="2"):
        word2vec.main(["--out", str(tmp_path / "nowhere" / "words.png")])
    assert "no directory" in capsys.readouterr().err
