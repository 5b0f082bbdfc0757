"""What a history holds, and what it refuses."""

import math
import signal
import subprocess
import sys

import pytest

import autograd as ag
from autograd.errors import ArgumentError
from nn.history import History
from tests.source_tree import ROOT


def test_it_holds_what_was_added() -> None:
    history = History()
    history.add(loss=1.5, accuracy=0.5)
    history.add(loss=ag.tensor(1.25), accuracy=1)
    assert history["loss"] == [1.5, 1.25] and history["accuracy"] == [0.5, 1.0]
    assert len(history) == 2 and history.names == ["loss", "accuracy"] and "loss" in history


def test_it_refuses_other_scalars_and_keeps_what_it_has() -> None:
    history = History()
    history.add(loss=1.0)
    with pytest.raises(ArgumentError, match="the scalars loss, got los"):
        history.add(los=1.0)
    assert history["loss"] == [1.0]


def test_an_unknown_name_lists_the_known_ones() -> None:
    history = History()
    assert len(history) == 0
    history.add(loss=1.0)
    with pytest.raises(KeyError, match="there are loss"):
        history["accuracy"]


def test_it_writes_rows_as_they_come_and_reads_them_back(tmp_path) -> None:
    path = tmp_path / "runs" / "a.csv"
    history = History(path)
    history.step(loss=0.1)
    history.step(loss=math.nan)
    history.add(**{"val, loss": 1 / 3, "rate": math.inf})
    assert path.read_text() == f'"val, loss",rate\n{1 / 3!r},inf\n'
    assert path.with_name("a.steps.csv").read_text() == "loss\n0.1\nnan\n"
    again = History.read(path)
    assert again["val, loss"] == [1 / 3] and again["rate"] == [math.inf]
    assert again.steps["loss"][0] == 0.1 and math.isnan(again.steps["loss"][1])


def test_it_resumes_and_repairs_a_line_cut_off(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("loss,accuracy\n1.5,0.25\n1.25,0.")
    assert History.read(path)["loss"] == [1.5] and path.read_text().endswith("0.")
    with History(path, resume=True) as history:
        assert history["loss"] == [1.5] and len(history.steps) == 0
        history.add(accuracy=0.5, loss=1.0)
        with pytest.raises(ArgumentError, match="loss, accuracy"):
            history.add(loss=1.0)
    assert path.read_text() == "loss,accuracy\n1.5,0.25\n1.0,0.5\n"


@pytest.mark.parametrize("text", ["", "los"])
def test_a_file_without_a_whole_line_is_begun_anew(tmp_path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    History(path, resume=True).add(loss=1.0)
    assert path.read_text() == "loss\n1.0\n"


def test_without_resume_the_file_begins_anew(tmp_path) -> None:
    path = tmp_path / "a.csv"
    for loss in (1.0, 2.0):
        History(path).add(loss=loss)
    assert path.read_text() == "loss\n2.0\n"


def test_rows_after_a_checkpoint_can_be_forgotten(tmp_path) -> None:
    path = tmp_path / "a.csv"
    history = History(path)
    for loss in (4.0, 3.0, 2.0):
        history.add(loss=loss)
    history.truncate(1)
    history.add(loss=2.5)
    assert history["loss"] == [4.0, 2.5] and path.read_text() == "loss\n4.0\n2.5\n"
    with pytest.raises(ArgumentError, match="0 to 2 rows, got 3"):
        history.truncate(3)


def test_a_file_of_another_kind_is_refused(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("loss\n1.0\n1.0,2.0\n")
    with pytest.raises(ArgumentError, match=r"1 numbers in line 3"):
        History(path, resume=True)
    with pytest.raises(FileNotFoundError):
        History.read(tmp_path / "b.csv")


RUN = """
import itertools, sys
from nn.history import History
history = History(sys.argv[1])
for i in itertools.count():
    history.step(loss=i)
    print(i, flush=True)
"""


def test_a_killed_run_keeps_what_it_had(tmp_path) -> None:
    path = tmp_path / "a.csv"
    with subprocess.Popen([sys.executable, "-c", RUN, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if int(line) == 500:
                run.send_signal(signal.SIGKILL)
                break
        told = [500, *map(int, run.stdout.read().split())]
    steps = History(path, resume=True).steps["loss"]
    assert steps == [float(i) for i in range(len(steps))] and len(steps) > told[-1]
