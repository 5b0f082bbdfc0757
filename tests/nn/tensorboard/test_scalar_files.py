"""The scalars as CSV files: what is read back, gone on with, and drawn."""

import math

import numpy as np
import pytest

from autograd.errors import ArgumentError
from nn.plotting import plot_curves, plot_runs
from nn.tensorboard import SummaryWriter, read_scalars


def test_scalars_come_back_by_tag(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("Größe, mean/../a b.c", 1 / 3, 5, walltime=2.5)
        writer.add_scalar("x" * 500, math.nan)
        writer.add_scalars("fit", {"train": 1, "val": 2}, 0)
        writer.add_hparams({"lr": 0.1}, {"acc": 0.5}, run_name="run")
        found = read_scalars(tmp_path)
    assert set(found) == {"Größe, mean/../a b.c", "x" * 500, "fit_train/fit", "fit_val/fit", "run/acc"}
    table = found["Größe, mean/../a b.c"]
    assert (table["step"], table["wall_time"], table["value"]) == ([5], [2.5], [1 / 3])
    assert math.isnan(found["x" * 500]["step"][0]) and math.isnan(found["x" * 500]["value"][0])
    assert found["fit_val/fit"]["value"] == [2] and found["run/acc"]["value"] == [0.5]


def test_they_are_on_disk_at_once(tmp_path) -> None:
    writer = SummaryWriter(tmp_path, max_queue=1000)
    for step in range(5):
        writer.add_scalar("loss", step, step)
        assert read_scalars(tmp_path)["loss"]["value"] == list(range(step + 1))


def test_a_run_goes_on_in_its_folder(tmp_path) -> None:
    for purge_step in (None, None, 2):
        with SummaryWriter(tmp_path, purge_step=purge_step) as writer:
            for step in range(purge_step or 0, 4):
                writer.add_scalar("loss", 10.0 + step, step)
        path = tmp_path / "scalars" / "loss.csv"
        path.write_text(path.read_text() + "7,1")  # cut off
    assert read_scalars(tmp_path)["loss"]["step"] == [0, 1, 2, 3]


def test_a_file_of_another_kind_is_refused(tmp_path) -> None:
    (tmp_path / "scalars").mkdir()
    (tmp_path / "scalars" / "loss.csv").write_text("step,wall_time,value\n1,2,three\n")
    with pytest.raises(ArgumentError, match="3 numbers in line 2"):
        SummaryWriter(tmp_path).add_scalar("loss", 1.0)


def test_they_can_be_drawn(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        for step in range(4):
            writer.add_scalar("train", 1 / (step + 1), step)
            writer.add_scalar("val", 2 / (step + 1), step)
    found = read_scalars(tmp_path)
    axes = plot_runs({tag: table["value"] for tag, table in found.items()}, mark_best=False)
    assert [line.get_ydata().tolist() for line in axes.lines] == [[1, 1 / 2, 1 / 3, 1 / 4], [2, 1, 2 / 3, 1 / 2]]
    axes = plot_curves(found["val"], {"value": "validation"}, ylabel="loss", title="Loss")
    assert list(axes.lines[0].get_ydata()) == [2, 1, 2 / 3, 1 / 2]


def test_a_run_that_goes_on_purges_the_runs_of_add_scalars_too(tmp_path) -> None:
    for purge_step, steps in ((None, range(6)), (3, range(3, 5))):
        with SummaryWriter(tmp_path, purge_step=purge_step) as writer:
            for step in steps:
                writer.add_scalars("loss", {"train": step}, step)
    assert read_scalars(tmp_path)["loss_train/loss"]["step"] == [0, 1, 2, 3, 4]


def test_a_time_of_numpy_is_a_number_in_the_file(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 1, walltime=np.float64(5.0))
    assert read_scalars(tmp_path)["loss"]["wall_time"] == [5.0]
