"""summary: numbers worked out by hand, columns that add up, and a model that is as it was."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, OperandError, ShapeError


def test_convolutional_network():
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 13 * 13, 10))
    found = nn.summary(model, (2, 1, 28, 28))
    assert [row.name for row in found.rows] == ["", "0", "1", "2", "3", "4"]
    assert [row.output_shapes[0][0] for row in found.rows] == [
        (2, 10), (2, 8, 26, 26), (2, 8, 26, 26), (2, 8, 13, 13), (2, 1352), (2, 10),
    ]  # fmt: skip
    assert [row.parameters for row in found.rows] == [0, 80, 0, 0, 0, 13530]
    assert found["0"].multiply_adds == 2 * 8 * 26 * 26 * 9 and found["4"].multiply_adds == 2 * 1352 * 10
    assert found["0"].kept_bytes == 2 * 28 * 28 * 4 and found["1"].kept_bytes == 2 * 8 * 26 * 26 * 4
    assert found.parameters == found.trainable_parameters == 13610 and found.parameter_bytes == 4 * 13610
    assert found.multiply_adds == 2 * 8 * 26 * 26 * 9 + 2 * 13520
    assert found.kept_bytes == sum(row.kept_bytes for row in found.rows)


@pytest.mark.parametrize(("kind", "gates"), [(nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)])
def test_recurrent_networks(kind, gates):
    found = nn.summary(kind(5, 7, num_layers=2, bidirectional=True), (4, 3, 5))
    assert found.multiply_adds == 4 * 3 * 2 * gates * (7 * (5 + 7) + 7 * (14 + 7))
    assert found[""].output_shapes[0][:2] == ((4, 3, 14), (4, 3, 7))
    assert found.kept_bytes > 4 * 3 * 5 * 4


def test_transformer():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 2)
    found = nn.summary(encoder, (3, 5, 16))
    attention = 3 * 5 * 16 * (3 * 16 + 16) + 3 * 2 * 5 * 5 * 16
    assert found["layers.1.self_attn"].multiply_adds == attention
    assert found.multiply_adds == 2 * (attention + 2 * 3 * 5 * 16 * 32)
    assert found.parameters == sum(p.numel() for p in encoder.parameters())
    assert found["layers"].calls == 0 and "      self_attn (MultiheadAttention)" in str(found)


class Twice(nn.Module):
    """A module that is called twice and stands here under two names, tied weights, a product of its own."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 4)
        self.mix = nn.Linear(4, 4)
        self.again = self.mix
        self.head = nn.Linear(4, 11, bias=False)
        self.head.weight = self.embed.weight
        self.unused = nn.Linear(2, 3)

    def forward(self, tokens):
        h = self.again(self.mix(self.embed(tokens)))
        return self.head(h @ h.mT @ h)


def test_shared_modules_tied_weights_and_modules_that_are_not_called():
    found = nn.summary(Twice(), (2, 3), dtype=ag.int64)
    assert found["mix"].calls == 2 and found["mix"].parameters == 20 and found["mix"].multiply_adds == 2 * 6 * 16
    assert found["again"].same_as == "mix" and found["again"].parameters == 0
    assert (found["embed"].parameters, found["head"].parameters, found["head"].tied) == (44, 44, 44)
    assert found["unused"].calls == 0 and found["unused"].parameters == 9
    assert found[""].multiply_adds == 2 * 2 * 3 * 3 * 4
    assert found.parameters == 44 + 20 + 9 == sum(row.parameters - row.tied for row in found.rows)
    lines = str(found).splitlines()
    assert any("mix (Linear)" in line and "(2, 3, 4) x2" in line for line in lines)
    assert any("again (Linear)" in line and "as mix" in line for line in lines)
    assert any("head (Linear)" in line and "44 (44 tied)" in line for line in lines)
    assert any("unused (Linear)" in line and "not called" in line for line in lines)


def test_a_frozen_model_keeps_nothing_and_a_frozen_layer_less():
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4))
    model[0].requires_grad_(False)
    assert nn.summary(model, (2, 6)).kept_bytes == 2 * 5 * 4
    model.requires_grad_(False)
    found = nn.summary(model, (2, 6))
    assert found.kept_bytes == 0 and found.trainable_parameters == 0 and found.multiply_adds == 2 * (30 + 20)
    with ag.no_grad():
        assert nn.summary(nn.Linear(6, 5), (2, 6)).kept_bytes == 2 * 6 * 4


def test_a_checkpointed_part_keeps_nothing():
    class Cheap(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = nn.Sequential(nn.Linear(6, 50), nn.Tanh(), nn.Linear(50, 6))

        def forward(self, x):
            return ag.checkpoint(self.part, x).tanh()

    assert nn.summary(Cheap(), (2, 6)).kept_bytes == 2 * 6 * 4


def test_an_empty_model():
    found = nn.summary(nn.Sequential(), (2, 3))
    assert (found.parameters, found.multiply_adds, found.kept_bytes, len(found.rows)) == (0, 0, 0, 1)
    assert str(found).splitlines()[-2].split() == ["Total", "0", "0", "0"]


def test_forms_of_input():
    bilinear = nn.Bilinear(3, 4, 5)
    x = ag.ones(2, 3, requires_grad=True)
    for given in (((2, 3), (2, 4)), (x, ag.ones(2, 4)), [x, (2, 4)]):
        assert nn.summary(bilinear, given)[""].output_shapes == (((2, 5),),)
    assert x.grad is None
    attention = nn.MultiheadAttention(8, 2)
    assert len(nn.summary(attention, [(3, 8)] * 3, need_weights=True)[""].output_shapes[0]) == 2
    assert nn.summary(nn.Linear(3, 2).double(), (4, 3)).kept_bytes == 4 * 3 * 8


def test_everything_is_left_as_found():
    class Stateful(nn.Module):
        def __init__(self):
            super().__init__()
            self.relu, self.norm, self.drop = nn.ReLU(inplace=True), nn.BatchNorm1d(4), nn.Dropout()
            self.seen = 0
            self.register_buffer("last", ag.zeros(4))

        def forward(self, x):
            self.seen += 1
            h = self.drop(self.norm(self.relu(x)))
            self.last = h.detach()[0]
            return h

    model = Stateful()
    model.drop.eval()
    calls = []
    model.norm.register_forward_hook(lambda *_: calls.append("user"))
    model.norm.weight.grad = ag.ones(4)
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    arrays = [id(buffer._array) for buffer in model.buffers()]
    x = ag.randn(6, 4)
    values, state = x.numpy().copy(), ag.get_rng_state()
    nn.summary(model, x, peak=True)
    assert model.seen == 0 and calls == ["user"] * 3 and model.training and not model.drop.training
    assert [id(buffer._array) for buffer in model.buffers()] == arrays
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    assert model.norm.weight.grad.tolist() == [1, 1, 1, 1]
    assert model.relu._hooks is None and len(model.norm._hooks.forward) == 1 and not model.norm._hooks.forward_pre
    np.testing.assert_array_equal(x.numpy(), values)
    np.testing.assert_array_equal(ag.get_rng_state(), state)


def test_writes_to_weights_gradients_and_recorded_buffers_are_undone():
    class Writer(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(4, 3, max_norm=0.1)
            self.register_buffer("last", ag.zeros(3))

        def forward(self, numbers):
            rows = self.table(numbers)
            rows.sum().backward(retain_graph=True)
            self.last.copy_(rows[0])
            return rows + self.last

    model = Writer()
    weight, gradient = model.table.weight, ag.ones(4, 3)
    weight.grad, values, memory = gradient, weight.detach().numpy().copy(), weight._array
    nn.summary(model, ag.tensor([0, 1, 2, 3]))
    assert weight._array is memory and weight.grad is gradient
    np.testing.assert_array_equal(weight.detach().numpy(), values)
    np.testing.assert_array_equal(gradient.numpy(), np.ones((4, 3)))
    assert not model.last.requires_grad and not model.last.numpy().any()


def test_left_as_found_after_an_error_too():
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3), nn.Linear(4, 3))
    with pytest.raises(ShapeError, match="4 features"):
        nn.summary(model, (6, 4))
    assert model[0].num_batches_tracked.item() == 0 and all(module._hooks is None for module in model.modules())


def test_what_cannot_be_summarised_is_named():
    with pytest.raises(OperandError, match="summary: expected a Module, got function"):
        nn.summary(lambda x: x, (2, 3))
    with pytest.raises(OperandError, match="expected a Tensor, a shape, or a tuple of them, got ndarray"):
        nn.summary(nn.Linear(2, 2), np.ones((2, 2)))
    with pytest.raises(ArgumentError, match=r"lazy layers\. Call model\(input\) once"):
        nn.summary(nn.LazyLinear(3), (2, 3))
    with pytest.raises(ArgumentError, match="dotted path of a module"):
        nn.summary(nn.Linear(2, 2), (1, 2))["head"]


def test_several_inputs_one_by_one_or_as_a_tuple():
    model, x, y = nn.Bilinear(3, 2, 4), ag.ones(5, 3), ag.ones(5, 2)
    assert nn.summary(model, x, y) == nn.summary(model, (x, y)) == nn.summary(model, (5, 3), (5, 2))
    assert nn.summary(nn.MultiheadAttention(8, 2), *[ag.ones(5, 1, 8)] * 3)[""].output_shapes == (
        ((5, 1, 8), (1, 5, 5)),
    )
