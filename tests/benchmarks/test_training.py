"""What the subjects share, on a parameter whose gradients are known."""

from dataclasses import replace

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from benchmarks.libraries import OURS
from benchmarks.training import first_losses, in_both_libraries, set_parameters, training_step, with_gradients


def make_step():
    """Half of w² from w = 2: at rate 0.5 each step halves w."""
    w = ag.tensor(2.0, requires_grad=True)
    return training_step(optim.SGD([w], lr=0.5), lambda: w * w / 2)


def test_a_step_gives_the_loss_before_it():
    step = make_step()
    assert [step().item() for _ in range(3)] == [2.0, 0.5, 0.125]


def test_first_losses_are_those_of_a_fresh_step_each_time():
    losses = first_losses(make_step, 2)
    assert [loss.item() for loss in losses()] == [loss.item() for loss in losses()] == [2.0, 0.5]


def test_gradients_do_not_add_up_from_call_to_call():
    x, y = (ag.tensor([value], requires_grad=True) for value in (3.0, 5.0))
    both = with_gradients(lambda: x * y, ag.tensor([10.0]), [x, y])
    for found in (both(), both()):
        assert [part.item() for part in found] == [15.0, 50.0, 30.0]


def test_parameters_are_set_in_their_order():
    layer = nn.Linear(2, 1)
    set_parameters(OURS, layer, [np.array([[1.0, 2.0]], np.float32), np.array([3.0], np.float32)])
    assert layer(ag.tensor([10.0, 100.0])).item() == 213.0
    assert layer.weight.requires_grad and layer.weight.is_leaf
    with pytest.raises(ValueError, match="shorter"):
        set_parameters(OURS, layer, [np.array([[1.0, 2.0]], np.float32)])


@pytest.mark.parametrize(("forward_only", "expected"), [(True, "forward"), (False, "both")])
def test_both_libraries_are_compared_in_all_that_is_timed_in_part(forward_only, expected):
    def work(library):
        return (lambda: f"{library} forward"), (lambda: f"{library} both")

    other = replace(OURS, name="other")
    ours, theirs = in_both_libraries(lambda library: work(library.name), other, 1.5, forward_only)
    assert (ours.run(), theirs.run()) == (f"numbagrad {expected}", f"other {expected}")
    assert (ours.result(), theirs.result()) == ("numbagrad both", "other both")
    assert (ours.target, theirs.target) == (None, 1.5)
