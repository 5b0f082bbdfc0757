"""The graph of a model: names, scopes, operands, and a model left as it was."""

import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, OperandError
from nn.tensorboard import SummaryWriter
from tests.nn.tensorboard.event_reader import decoded, events


def graph(folder, model, inputs) -> dict[str, tuple[str, list[str], list[int] | None]]:
    """By name: operation, operands, and the shape where one is told."""
    with SummaryWriter(folder) as writer:
        writer.add_graph(model, inputs)
    found = {}
    for node in map(decoded, events(folder)[-1].at(4).all(1)):
        shape = None
        if node.all(5):
            assert node.at(5).one(1) == b"_output_shapes"
            shape = [decoded(size).one(1) for size in node.at(5, 2, 1, 7).all(2)]
        found[node.one(1).decode()] = (node.one(2).decode(), [each.decode() for each in node.all(3)], shape)
    return found


def test_operations_stand_in_the_scopes_of_their_modules(tmp_path) -> None:
    model = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Sequential(nn.Linear(5, 2), nn.Tanh()))
    found = graph(tmp_path, model, ag.ones(3, 4))
    assert found["input/0"][1:] == ([], [3, 4])
    assert found["Sequential/0/weight"] == ("Parameter", [], [5, 4])
    linear, inner = "Sequential/0/linear", "Sequential/2/0/linear"
    assert found[linear] == ("linear", ["input/0", "Sequential/0/weight", "Sequential/0/bias"], None)
    assert found["Sequential/1/relu"][1] == [linear]
    assert found[inner][1] == ["Sequential/1/relu", "Sequential/2/0/weight", "Sequential/2/0/bias"]
    assert found["output/0"] == ("Output", ["Sequential/2/1/tanh"], [3, 2])
    assert len(found) == 10


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x, index):
        y = self.layer(self.layer(x))[index] * 2
        return {"y": y, "parts": y.chunk(2)}


def test_layers_called_twice_and_calls_with_several_results(tmp_path) -> None:
    found = graph(tmp_path, Twice(), (ag.ones(2, 2), ag.tensor([0, 1])))
    assert found["Twice/layer/linear_1"][1][0] == "Twice/layer/linear"
    assert found["Twice/mul"][0] == "mul" and found["output/0"][1] == ["Twice/mul"]
    operands = {name for _, inputs, _ in found.values() for name in inputs}
    assert operands <= set(found) and {"output/1", "output/2"} <= set(found)


class Square(ag.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTM(3, 4)

    def forward(self, x):
        y, states = self.cell(x)
        return Square.apply(y), states


def test_functions_of_ones_own_and_recurrent_layers(tmp_path) -> None:
    found = graph(tmp_path, Recurrent(), ag.ones(2, 1, 3))
    operation, operands, _ = found["Recurrent/Square"]
    assert operation == "Square" and operands[0].startswith("Recurrent/cell/") and "output/2" in found


def test_the_model_stays_as_it_was(tmp_path) -> None:
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(), nn.Linear(3, 1))
    model[2].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    x, state = ag.ones(4, 3), ag.get_rng_state()
    with ag.no_grad():
        graph(tmp_path, model, x)
    assert [module.training for module in model.modules()] == [True, True, True, False]
    assert all(ag.equal(value, before[name]) for name, value in model.state_dict().items())
    assert not x.requires_grad and all(p.grad is None for p in model.parameters())
    assert ag.equal(ag.get_rng_state(), state)


def test_refusals(tmp_path) -> None:
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(OperandError, match="an nn.Module, got function"):
            writer.add_graph(lambda x: x, ag.ones(1))
        with pytest.raises(ArgumentError, match="a result that was recorded"):
            writer.add_graph(nn.Embedding(3, 2).requires_grad_(False), ag.tensor([1]))
