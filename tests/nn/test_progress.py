"""The bar passes items on, shows the running means, and is quiet where nobody looks."""

import io
import sys

import pytest

import autograd as ag
from nn.progress import Progress


def test_items_pass_and_means_run() -> None:
    bar = Progress(range(4))
    seen = []
    for i in bar:
        seen.append(i)
        bar.update(loss=ag.tensor(float(i)), accuracy=1)
    assert seen == [0, 1, 2, 3] and len(bar) == 4
    assert bar.means == {"loss": 1.5, "accuracy": 1.0}


def test_a_second_loop_begins_its_means_anew() -> None:
    bar = Progress([1.0, 3.0])
    for _ in range(2):
        for x in bar:
            bar.update(loss=x)
    assert bar.means == {"loss": 2.0}


@pytest.mark.parametrize("disable", [None, True])
def test_it_is_quiet_without_a_terminal_and_when_disabled(capsys, disable: bool | None) -> None:
    assert list(Progress(range(3), disable=disable)) == [0, 1, 2]
    assert capsys.readouterr() == ("", "")


def test_it_draws_the_means_on_a_terminal(monkeypatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for x in (bar := Progress([1.0, 2.0], "epoch 1", interval=0)):
        bar.update(loss=x)
    text = terminal.getvalue()
    assert "epoch 1" in text and "1/2" in text and "2/2" in text and "loss=1.5" in text


def test_an_iterable_without_length_and_a_loop_left_early(capsys) -> None:
    for x in (bar := Progress(iter(range(10)), disable=False)):
        bar.update(loss=x)
        if x == 2:
            break
    assert bar.means == {"loss": 1.0}
    with pytest.raises(TypeError):
        len(bar)
    assert len(Progress(iter(range(10)), total=10)) == 10
