"""The digits example: it trains, draws, and answers bad input with one line."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from examples import digits
from nn.plotting import plot_filters

pytest.importorskip("sklearn")


def write_mnist(directory: Path, count: int = 10_000) -> None:
    """Files in MNIST's format: a bright column whose place tells the class."""
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.zeros((count, 28, 28), np.uint8)
    images[np.arange(count), :, labels * 2 + 3] = 255
    header = struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28)
    (directory / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + images.tobytes(), 1))
    (directory / "t10k-labels-idx1-ubyte").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, count) + labels.tobytes())


def test_it_trains_draws_and_reports(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "digits.png"
    assert digits.main(["--epochs", "6", "--out", str(picture)]) == 0
    words = capsys.readouterr().out.split()
    assert words[:2] == ["test", "accuracy"] and float(words[2]) >= 0.93
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_convolutional_network_reads_digits_and_draws_its_filters(
    tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    drawn = {}

    def draw(weights: Any, **options: Any) -> None:
        drawn.update({name: weight.detach().numpy() for name, weight in weights.items()})
        plot_filters(weights, **options)

    monkeypatch.setattr(digits, "plot_filters", draw)
    picture = tmp_path / "digits.png"
    assert digits.main(["--model", "cnn", "--out", str(picture)]) == 0
    words = capsys.readouterr().out.split()
    assert words[:2] == ["test", "accuracy"] and float(words[2]) >= 0.98
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "digits-filters.png").read_bytes().startswith(b"\x89PNG")
    before, after = drawn["before training"], drawn["after training"]
    assert abs(before).max() <= 0.2 and (abs(after - before).max((1, 2, 3)) > 0.02).all()


def test_mnist_files_are_split_where_training_files_are_missing(tmp_path: Path, capsys: Any) -> None:
    write_mnist(tmp_path)
    options = ["--mnist", str(tmp_path), "--epochs", "1", "--batch-size", "200", "--out", str(tmp_path / "m.png")]
    for model in ("mlp", "cnn"):
        assert digits.main([*options, "--model", model]) == 0
        assert "on 2000 digits" in capsys.readouterr().out


def test_a_missing_folder_is_one_line(tmp_path: Path, capsys: Any) -> None:
    assert digits.main(["--mnist", str(tmp_path / "nowhere")]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and "t10k-images" in captured.err and captured.out == ""


def test_a_broken_file_is_one_line(tmp_path: Path, capsys: Any) -> None:
    write_mnist(tmp_path, 100)
    whole = (tmp_path / "t10k-labels-idx1-ubyte").read_bytes()
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(whole[:-7])
    assert digits.main(["--mnist", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_options_are_checked(capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        digits.main(["--epochs", "0"])
    assert "at least 1" in capsys.readouterr().err


def test_the_place_of_the_picture_is_checked_before_training(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        digits.main(["--out", str(tmp_path / "nowhere" / "digits.png")])
    assert "no directory" in capsys.readouterr().err
