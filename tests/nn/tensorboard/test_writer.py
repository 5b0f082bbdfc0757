"""What a SummaryWriter leaves in its event file, read by an independent reader, and what it refuses."""

import io
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from nn.tensorboard import SummaryWriter
from tests.nn.tensorboard.event_reader import crc32c, decoded, events, values
from tests.source_tree import ROOT


def test_the_reader_knows_castagnolis_checksum() -> None:
    assert crc32c(b"123456789") == 0xE3069283 and crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4
    assert crc32c(b"123456789") != zlib.crc32(b"123456789")


def test_scalars(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss/train", 0.5, 300, walltime=12.5)
        writer.add_scalar("loss/train", ag.tensor([[0.25]], requires_grad=True), ag.tensor(2**40))
        writer.add_scalar("loss/train", 1e300)
        writer.add_scalar("loss/train", float("nan"), 1)
    first, *found = events(tmp_path)
    assert first.one(3) == b"brain.Event:2" and not first.all(2)
    assert found[0].one(1) == 12.5 and time.time() - 100 < found[1].one(1) <= time.time()
    assert [event.all(2) for event in found] == [[300], [2**40], [], [1]]
    numbers = [value.one(2) for value in values(tmp_path, "loss/train")]
    assert numbers[:3] == [0.5, 0.25, float("inf")] and np.isnan(numbers[3])


def test_scalars_in_the_form_of_tensors(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("a", 0.1, 1, new_style=True)
        writer.add_scalar("b", 0.1, 1, double_precision=True)
    (a,), (b,) = values(tmp_path, "a"), values(tmp_path, "b")
    assert a.at(8).fields == [(1, 1), (2, b""), (5, float(np.float32(0.1)))]
    assert b.at(8).fields == [(1, 2), (2, b""), (6, 0.1)]
    assert a.at(9).one(4) == 1 and a.at(9, 1).one(1) == b"scalars"


def test_several_scalars_make_a_run_each(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_scalars("fit/loss", {"train": step, "val": 2 * step}, step)
    (value,) = values(tmp_path / "fit_loss_val", "fit/loss")[2:]
    assert value.one(2) == 4.0 and len(events(tmp_path)) == 1
    assert len(values(tmp_path / "fit_loss_train", "fit/loss")) == 3


def test_histograms_count_every_value(tmp_path) -> None:
    x = np.random.default_rng(0).normal(0, 1, 5000)
    x[:3] = -1e30, 1e30, 0.0
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("w", ag.tensor(x), 1)
    (value,) = values(tmp_path, "w")
    told = value.at(5)
    assert [told.one(n) for n in (1, 2, 3)] == [-1e30, 1e30, 5000]
    assert told.one(4) == pytest.approx(x.sum()) and told.one(5) == pytest.approx((x * x).sum())
    limits, counts = np.frombuffer(told.one(6)), np.frombuffer(told.one(7))
    for below, limit, count in zip(limits[:-1], limits[1:], counts[1:], strict=True):
        assert count == ((below <= x) & (x < limit)).sum()
    assert counts[0] == 0 and counts.sum() == 5000


def test_histograms_with_bins_of_ones_own(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_histogram("a", [1, 2, 2, 3, 9], bins=[0, 1, 2, 3, 4, 8])
        writer.add_histogram("b", np.arange(100), bins=10, max_bins=4)
        writer.add_histogram("c", [50.0], bins=[0, 1])
    found = [value.at(5) for tag in "abc" for value in values(tmp_path, tag)]
    for each, limits in zip(found, [[1, 2, 3, 4], [0, 29.7, 59.4, 89.1, 99], [0, 1]], strict=True):
        np.testing.assert_allclose(np.frombuffer(each.one(6)), limits, rtol=1e-14)
    assert [np.frombuffer(each.one(7)).tolist() for each in found] == [[0, 1, 2, 1], [0, 30, 30, 30, 10], [0, 0]]


def test_text(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_text("note", "# Größe", 7)
    (value,) = values(tmp_path, "note/text_summary")
    assert value.at(8).fields == [(1, 7), (2, b"\x12\x02\x08\x01"), (8, "# Größe".encode())]
    assert value.at(9, 1).fields == [(1, b"text")] and events(tmp_path)[1].one(2) == 7


def picture(folder: Path, tag: str) -> np.ndarray:
    """The picture of a tag as uint8 (H, W, 4)."""
    (value,) = values(folder, tag)
    told = value.at(4)
    pixels = matplotlib.image.imread(io.BytesIO(told.one(4)), format="png")
    assert pixels.shape == (told.one(1), told.one(2), told.one(3))
    return (pixels * 255).round().astype(np.uint8)


def test_images(tmp_path) -> None:
    source = np.random.default_rng(0)
    colour = source.integers(0, 256, (3, 5, 4), dtype=np.uint8)
    grey, four = source.random((5, 4), np.float32), source.integers(0, 256, (4, 1, 2, 3), dtype=np.uint8)
    with SummaryWriter(tmp_path) as writer:
        writer.add_image("chw", ag.tensor(colour))
        writer.add_image("hwc", colour.transpose(1, 2, 0) / 255, dataformats="HWC")
        writer.add_image("hw", grey, dataformats="HW")
        writer.add_images("four", four)
    expected = np.concatenate([colour.transpose(1, 2, 0), np.full((5, 4, 1), 255, np.uint8)], -1)
    np.testing.assert_array_equal(picture(tmp_path, "chw"), expected)
    np.testing.assert_array_equal(picture(tmp_path, "hwc"), expected)
    assert np.abs(picture(tmp_path, "hw")[..., :3] / 255 - grey[..., None]).max() <= 0.51 / 255
    np.testing.assert_array_equal(picture(tmp_path, "four")[..., 0], np.block([list(four[:2, 0]), list(four[2:, 0])]))


def test_figures(tmp_path) -> None:
    figure = Figure(figsize=(2, 1), dpi=50, facecolor=(1, 0, 0))
    with SummaryWriter(tmp_path) as writer:
        writer.add_figure("one", figure, 1)
        writer.add_figure("two", [figure, figure], 1)
    assert (picture(tmp_path, "one") == (255, 0, 0, 255)).all() and picture(tmp_path, "one").shape == (50, 100, 4)
    assert picture(tmp_path, "two").shape == (50, 200, 4)


def test_figures_of_sizes_that_are_no_whole_pixels(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_figure("figure", Figure(figsize=(3.337, 2.113), dpi=97), 1)
    assert picture(tmp_path, "figure").shape == (204, 323, 4)


def test_hyperparameters(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        values_of = {"lr": 0.1, "opt": "adam", "nesterov": True, "none": None, "width": ag.tensor(8)}
        writer.add_hparams(values_of, {"hp/acc": 0.75}, {"opt": ["sgd", "adam"]}, run_name="first")
    folder = tmp_path / "first"
    (experiment,), (start,), (end,) = (
        values(folder, f"_hparams_/{name}") for name in ("experiment", "session_start_info", "session_end_info")
    )
    assert experiment.at(9, 1).one(1) == b"hparams"
    described = decoded(experiment.at(9, 1).one(2)).at(2)
    kinds = {info.one(1): info.one(4) for info in map(decoded, described.all(4))}
    assert kinds == {b"lr": 3, b"opt": 1, b"nesterov": 2, b"width": 3}
    assert [decoded(metric).at(1).one(2) for metric in described.all(5)] == [b"hp/acc"]
    assert [decoded(each).one(3) for each in decoded(described.all(4)[1]).at(5).all(1)] == [b"sgd", b"adam"]
    told = map(decoded, decoded(start.at(9, 1).one(2)).at(3).all(1))
    own = {pair.one(1): pair.at(2).fields for pair in told}
    assert own == {b"lr": [(2, 0.1)], b"opt": [(3, b"adam")], b"nesterov": [(4, 1)], b"width": [(2, 8.0)]}
    assert decoded(end.at(9, 1).one(2)).at(4).fields == [(1, 1)]
    assert values(folder, "hp/acc")[0].one(2) == 0.75


def test_a_run_that_goes_on_forgets_later_steps(tmp_path) -> None:
    with SummaryWriter(tmp_path, purge_step=3):
        pass
    version, start = events(tmp_path)
    assert version.one(2) == start.one(2) == 3 and start.at(7).one(1) == 1


def test_events_wait_until_there_are_enough(tmp_path) -> None:
    writer = SummaryWriter(tmp_path, max_queue=3, filename_suffix=".x")
    told = []
    for step in range(1, 6):
        writer.add_scalar("a", 1.0, step)
        told.append(len(events(tmp_path)) - 1)
    assert told == [0, 0, 3, 3, 3]
    writer.flush()
    assert len(events(tmp_path)) - 1 == 5
    writer.add_scalar("a", 1.0)
    writer.close()
    writer.close()
    writer.flush()
    assert len(events(tmp_path)) - 1 == 6 and next(tmp_path.glob("*.x"))


def test_events_wait_no_longer_than_told(tmp_path) -> None:
    writer = SummaryWriter(tmp_path, flush_secs=0)
    writer.add_scalar("a", 1.0, 1)
    assert len(events(tmp_path)) == 2


def test_a_writer_that_is_forgotten_or_outlived_writes_what_waits(tmp_path) -> None:
    SummaryWriter(tmp_path / "a").add_scalar("a", 1.0)
    assert len(events(tmp_path / "a")) == 2
    script = "import sys, nn.tensorboard as t; w = t.SummaryWriter(sys.argv[1]); w.add_scalar('a', 1.0)"
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "b")], check=True, cwd=ROOT)
    assert len(events(tmp_path / "b")) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_does_not_write_its_parents_events(tmp_path) -> None:
    script = """
import os, sys, nn.tensorboard as t
w = t.SummaryWriter(sys.argv[1]); w.add_scalar('a', 1.0)
if os.fork():
    os.wait()
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, cwd=ROOT)
    assert len(events(tmp_path)) == 2


def test_the_default_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with SummaryWriter(comment="_lr") as writer:
        assert writer.get_logdir() == writer.log_dir and str(writer.log_dir).startswith("runs")
    assert str(writer.log_dir).endswith("_lr") and len(events(tmp_path / writer.log_dir)) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w: w.add_scalar("", 1.0), "add_scalar: expected a tag: text that is not empty, got ''"),
        (lambda w: w.add_scalar(3, 1.0), "got 3"),
        (lambda w: w.add_scalar("a", ag.ones(2)), r"one real number for 'a', got shape \(2,\). Pass its mean"),
        (lambda w: w.add_scalar("a", "1.0"), "got '1.0'"),
        (lambda w: w.add_scalar("a", 1j), "got 1j"),
        (lambda w: w.add_scalars("a", {"b": [1, 2]}), "add_scalars: .* for 'b'"),
        (lambda w: w.add_histogram("a", [1.0, np.nan, np.inf, np.nan]), "2 nan and 1 infinite of 4"),
        (lambda w: w.add_histogram("a", []), "one at least"),
        (lambda w: w.add_histogram("a", [[1.0], [1.0, 2.0]]), "add_histogram: .* equal lengths for 'a', got ragged"),
        (lambda w: w.add_histogram("a", [1.0], bins="no"), "bins as .*, got bins='no'"),
        (lambda w: w.add_histogram("a", [1.0], bins=[3, 1]), r"in rising order.* got bins=\[3, 1\]"),
        (lambda w: w.add_histogram("a", [1.0], bins=0), "got bins=0"),
        (lambda w: w.add_histogram("a", [1.0], bins={}), r"got bins=\{\}"),
        (lambda w: w.add_histogram("a", [1.0], max_bins=0), "max_bins of at least 1"),
        (lambda w: w.add_scalar("a", [[1.0], [1.0, 2.0]]), "add_scalar: .* ragged"),
        (lambda w: w.add_image("a", [[1.0], [1.0, 2.0]]), "add_image: .* ragged"),
        (lambda w: w.add_text("a", 3), "text for 'a', got 3"),
        (lambda w: w.add_hparams({"a": [1, 2]}, {}), r"hyperparameter 'a', got \[1, 2\]"),
        (lambda w: w.add_hparams({"a": 1}, {}, {"b": [1]}), "got b"),
        (lambda w: w.add_hparams({"a": [[1], [1, 2]]}, {}), "add_hparams: .* ragged"),
        (lambda w: w.add_hparams({"a": 1}, {"good": 1.0, "bad": "x"}), "add_hparams: .* for 'bad', got 'x'"),
        (lambda w: w.add_hparams({"a": 1}, {"": 1.0}), "add_hparams: expected a tag"),
        (lambda w: w.add_hparams([1], {}), "in dicts, got list and dict"),
        (lambda w: w.add_pr_curve("a", [1], [0.5, 0.5]), "1 labels, 2 predictions, 1 weights"),
        (lambda w: w.add_pr_curve("a", [2], [0.5]), "labels 0 or 1 .* got labels from 2.0 to 2.0"),
        (lambda w: w.add_pr_curve("a", [1], [-3.0]), "Pass probabilities"),
        (lambda w: w.add_pr_curve("a", [], []), "one at least"),
        (lambda w: w.add_pr_curve("a", [1], [1.0], num_thresholds=1), "num_thresholds of at least 2"),
        (lambda w: w.add_embedding([1.0]), r"vectors \(N, D\) for 'default', got shape \(1,\)"),
        (lambda w: w.add_embedding([[1.0]], ["a", "b"]), "1 entries of metadata, got 2"),
        (lambda w: w.add_embedding([[1.0]], ["a"], metadata_header=["x", "y"]), "2 texts in each entry"),
        (lambda w: w.add_embedding([[1.0]], label_img=np.zeros((1, 3, 2, 4))), r"pictures \(1, C, S, S\)"),
    ],
)
def test_refusals(tmp_path, call, message: str) -> None:
    with SummaryWriter(tmp_path) as writer, pytest.raises(ArgumentError, match=message):
        call(writer)
    assert len(events(tmp_path)) == 1 and len(list(tmp_path.rglob("*"))) == 1


@pytest.mark.parametrize("name", ["audio", "video", "mesh", "custom_scalars", "custom_scalars_multilinechart",
                                  "custom_scalars_marginchart", "onnx_graph"])  # fmt: skip
def test_what_is_not_written_says_what_to_use_instead(tmp_path, name: str) -> None:
    with SummaryWriter(tmp_path) as writer, pytest.raises(NotImplementedError, match=f"add_{name}: .*(add_|wave)"):
        getattr(writer, f"add_{name}")("a")


@pytest.mark.parametrize(("shape", "letters"), [((2, 4, 4), "CHW"), ((4, 4), "CHW"), ((4, 4, 3), "HHC"), ((4,), "H")])
def test_pictures_of_other_shapes_are_refused(tmp_path, shape: tuple[int, ...], letters: str) -> None:
    with SummaryWriter(tmp_path) as writer, pytest.raises(ShapeError, match="add_image"):
        writer.add_image("a", np.zeros(shape), dataformats=letters)


def test_nothing_is_written_after_the_end(tmp_path) -> None:
    writer = SummaryWriter(tmp_path)
    writer.close()
    for call in (lambda: writer.add_scalar("a", 1.0), lambda: writer.add_text("a", "b"),
                 lambda: writer.add_scalars("a", {"b": 1}), lambda: writer.add_hparams({}, {})):  # fmt: skip
        with pytest.raises(ArgumentError, match="after close"):
            call()


RUN = """
import itertools, sys
from nn.tensorboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
for i in itertools.count():
    writer.add_scalar("loss", i, i)
    print(i, flush=True)
"""


def test_a_killed_run_keeps_all_but_what_waited(tmp_path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as run:
        for line in run.stdout:
            if int(line) == 300:
                run.send_signal(signal.SIGKILL)
                break
        told = [300, *map(int, run.stdout.read().split())][-1]
    rows = (tmp_path / "scalars" / "loss.csv").read_text().splitlines()[1:]
    assert [float(row.split(",")[2]) for row in rows] == list(range(len(rows))) and len(rows) > told
    assert len(values(tmp_path, "loss")) > told - 10
