"""The graph example: it learns planted communities, reads files like Cora's, and answers bad input with one line."""

from pathlib import Path
from typing import Any

import numpy as np

from examples import cora_gcn


def write_graph(path: Path, nodes: int = 700) -> None:
    """A file in Cora's format: three words tell the class, citations stay within it."""
    source = np.random.default_rng(0)
    labels = (np.arange(nodes) % 3).astype(np.uint8)
    indices = (labels[:, None] * 3 + source.integers(0, 3, (nodes, 2))).ravel().astype(np.int32)
    edges = np.stack([np.arange(nodes - 3), np.arange(3, nodes)], 1).astype(np.int16)
    np.savez(path, indptr=np.arange(0, 2 * nodes + 1, 2, dtype=np.int32), indices=indices, labels=labels, edges=edges,
             test_idx=np.arange(640, nodes, dtype=np.int16))  # fmt: skip


def test_it_finds_planted_communities_and_draws(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "graph.png"
    options = ["--data", str(tmp_path / "none.npz"), "--epochs", "100", "--out", str(picture)]
    assert cora_gcn.main(options) == 0
    words = capsys.readouterr().out.split()
    assert words[:2] == ["test", "accuracy"] and float(words[2]) >= 0.85
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_it_reads_a_file(tmp_path: Path, capsys: Any) -> None:
    write_graph(tmp_path / "graph.npz")
    options = ["--data", str(tmp_path / "graph.npz"), "--epochs", "30", "--out", str(tmp_path / "graph.png")]
    assert cora_gcn.main(options) == 0
    words = capsys.readouterr().out.split()
    assert float(words[2]) >= 0.95 and "60 nodes of graph.npz" in " ".join(words)


def test_a_broken_file_is_one_line(tmp_path: Path, capsys: Any) -> None:
    np.savez(tmp_path / "graph.npz", labels=np.zeros(3, np.uint8))
    assert cora_gcn.main(["--data", str(tmp_path / "graph.npz")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
