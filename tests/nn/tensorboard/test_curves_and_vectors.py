"""Precision-recall curves and vectors for the projector, in the form that TensorBoard reads."""

import struct

import matplotlib.image
import numpy as np
import pytest

import autograd as ag
from nn.tensorboard import SummaryWriter
from tests.nn.tensorboard.event_reader import values


def rows(folder, tag: str) -> np.ndarray:
    """What an event holds of a curve: true and false positives, true and false negatives, precision, recall."""
    (value,) = values(folder, tag)
    tensor = value.at(8)
    sizes = [struct.unpack("bb", size)[1] for size in tensor.at(2).all(2)]
    assert tensor.one(1) == 1 and value.at(9, 1).one(1) == b"pr_curves"
    assert value.at(9, 1).one(2) == bytes([2 << 3, sizes[1]])
    return np.frombuffer(tensor.one(5), "<f4").reshape(sizes)


@pytest.mark.parametrize("weighted", [False, True])
def test_precision_and_recall(tmp_path, weighted: bool) -> None:
    source = np.random.default_rng(0)
    labels, predictions = source.integers(0, 2, 300), source.random(300)
    predictions[:3] = 0, 1, 0.5
    weights = source.random(300) if weighted else np.ones(300)
    with SummaryWriter(tmp_path) as writer:
        writer.add_pr_curve("a", ag.tensor(labels), predictions, 3, 11, weights if weighted else None)
    expected = []
    for k in range(11):
        seen = np.floor(predictions * 10) >= k
        hit, false = weights[seen & (labels == 1)].sum(), weights[seen & (labels == 0)].sum()
        missed, rest = weights[~seen & (labels == 1)].sum(), weights[~seen & (labels == 0)].sum()
        expected.append((hit, false, rest, missed, hit / max(1e-7, hit + false), hit / (hit + missed)))
    np.testing.assert_allclose(rows(tmp_path, "a"), np.array(expected).T, rtol=1e-5, atol=1e-4)


def test_a_curve_of_positives_alone_and_too_many_thresholds(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_pr_curve("a", np.ones(4, bool), [0.0, 0.25, 0.5, 1.0], num_thresholds=1000)
    found = rows(tmp_path, "a")
    assert found.shape == (6, 127) and (found[4] == 1).all() and found[5, 0] == 1 and found[5, -1] == 0.25


def test_vectors_with_texts_and_pictures(tmp_path) -> None:
    vectors, pictures = np.arange(6.0).reshape(3, 2), np.random.default_rng(0).random((3, 1, 4, 4))
    with SummaryWriter(tmp_path) as writer:
        writer.add_embedding(ag.tensor(vectors), ["a", "b\tc", ag.tensor(3)], pictures, 7, "words/all")
        writer.add_embedding(vectors, [["a", 1], ["b", 2], ["c", 3]], metadata_header=["letter", "place"])
        writer.add_embedding(vectors, [["a", 1], ["b", 2], ["c", 3]], metadata_header=["letter", "place"])
    folder = tmp_path / "00007" / "words%2Fall"
    np.testing.assert_array_equal(np.loadtxt(folder / "tensors.tsv", delimiter="\t"), vectors)
    assert (folder / "metadata.tsv").read_text() == "a\nb c\n3\n"
    sprite = matplotlib.image.imread(folder / "sprite.png")[..., 0]
    expected = np.block([[pictures[0, 0], pictures[1, 0]], [pictures[2, 0], np.zeros((4, 4))]])
    assert np.abs(sprite - expected).max() < 0.51 / 255
    assert (tmp_path / "00000" / "default" / "metadata.tsv").read_text() == "letter\tplace\na\t1\nb\t2\nc\t3\n"
    assert (tmp_path / "projector_config.pbtxt").read_text().splitlines() == [
        "embeddings {", 'tensor_name: "words/all:00007"', 'tensor_path: "00007/words%2Fall/tensors.tsv"',
        'metadata_path: "00007/words%2Fall/metadata.tsv"', "sprite {",
        'image_path: "00007/words%2Fall/sprite.png"', "single_image_dim: 4", "single_image_dim: 4", "}", "}",
        "embeddings {", 'tensor_name: "default:00000"', 'tensor_path: "00000/default/tensors.tsv"',
        'metadata_path: "00000/default/metadata.tsv"', "}",
    ]  # fmt: skip
