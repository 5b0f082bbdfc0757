"""What a history holds, and what it refuses."""

import pytest

import autograd as ag
from autograd.errors import ArgumentError
from nn.history import History


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
