"""Recurrent networks against PyTorch: every option, outputs, states, gradients, first values, packed batches."""

import inspect
import itertools

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(3)
OPTIONS = [
    {}, {"num_layers": 2}, {"bidirectional": True}, {"bias": False}, {"batch_first": True},
    {"num_layers": 2, "bidirectional": True, "batch_first": True},
]  # fmt: skip
KINDS = [
    *(("LSTM", options) for options in [*OPTIONS, {"proj_size": 2}, {"proj_size": 2, "num_layers": 2,
                                                                   "bidirectional": True}]),
    *(("GRU", options) for options in OPTIONS),
    *(("RNN", options) for options in [*OPTIONS, {"nonlinearity": "relu", "num_layers": 2}]),
]  # fmt: skip


def pair(name, *arguments, **options):
    theirs = getattr(torch.nn, name)(*arguments, dtype=torch.float64, **options)
    ours = getattr(nn, name)(*arguments, dtype=ag.float64, **options)
    assert list(ours.state_dict()) == list(theirs.state_dict()) and repr(ours) == repr(theirs)
    ours.load_state_dict({key: ag.tensor(value.numpy()) for key, value in theirs.state_dict().items()})
    return ours, theirs


def compare(found, rtol=1e-8, atol=1e-11):
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=rtol, atol=atol)


def states_for(layer, name, batch):
    count = layer.num_layers * (2 if layer.bidirectional else 1)
    shape = (count, batch, 4) if batch else (count, 4)
    first = (*shape[:-1], layer.proj_size or 4)
    return [SOURCE.normal(size=first), SOURCE.normal(size=shape)] if name == "LSTM" else [SOURCE.normal(size=first)]


def flat(result):
    output, last = result
    return [output, *(last if isinstance(last, tuple) else [last])]


def trained(library, layer, x, results):
    sum((r * r).sum() for r in results).backward()
    return [*results, x.grad, *(p.grad for p in layer.parameters())]


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize(("name", "options"), KINDS)
def test_sequences(name, options, batched, given):
    ours, theirs = pair(name, 3, 4, **options)
    shape = ((2, 5, 3) if options.get("batch_first") else (5, 2, 3)) if batched else (5, 3)
    values, found = SOURCE.normal(size=shape), []
    starts = states_for(theirs, name, 2 if batched else 0)
    for library, layer in ((ag, ours), (torch, theirs)):
        x = library.tensor(values, requires_grad=True)
        states = [library.tensor(s, requires_grad=True) for s in starts]
        arguments = [tuple(states) if name == "LSTM" else states[0]] if given else []
        found.append(trained(library, layer, x, flat(layer(x, *arguments))))
        found[-1] += [s.grad for s in states] if given else []
    compare(found)


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(("name", "options"), KINDS)
def test_packed_batches(name, options, given, ordered):
    ours, theirs = pair(name, 3, 4, **options)
    first = options.get("batch_first", False)
    lengths = [5, 3, 3, 1] if ordered else [3, 1, 5, 3]
    values, found = SOURCE.normal(size=(4, 5, 3) if first else (5, 4, 3)), []
    starts = states_for(theirs, name, 4)
    for library, rnn, layer in ((ag, nn.utils.rnn, ours), (torch, torch.nn.utils.rnn, theirs)):
        x = library.tensor(values, requires_grad=True)
        packed = rnn.pack_padded_sequence(x, lengths, first, enforce_sorted=ordered)
        states = [library.tensor(s) for s in starts]
        arguments = [tuple(states) if name == "LSTM" else states[0]] if given else []
        output, *last = flat(layer(packed, *arguments))
        padded, sizes = rnn.pad_packed_sequence(output, first)
        assert sizes.tolist() == lengths
        found.append(trained(library, layer, x, [padded, *last]))
    compare(found)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize(("name", "options"), [("RNNCell", {}), ("RNNCell", {"nonlinearity": "relu"}),
                                               ("LSTMCell", {}), ("GRUCell", {})])  # fmt: skip
def test_cells(name, options, bias, batched):
    ours, theirs = pair(name, 3, 4, bias=bias, **options)
    values, found = SOURCE.normal(size=(6, 2, 3) if batched else (6, 3)), []
    for library, layer in ((ag, ours), (torch, theirs)):
        x = library.tensor(values, requires_grad=True)
        states = None
        for step in x:
            states = layer(step, states)
        found.append(trained(library, layer, x, list(states) if name == "LSTMCell" else [states]))
    compare(found)


@pytest.mark.parametrize(("name", "options"), KINDS)
def test_first_values(name, options):
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(2)
        found.append(list(getattr(module, name)(3, 4, **options).parameters()))
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=1e-6)


def test_dropout_between_layers_draws_the_same_numbers():
    values, found = SOURCE.normal(size=(5, 2, 3)).astype(np.float32), []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(0)
        layer = module.LSTM(3, 4, 3, dropout=0.4)
        found.append([layer(library.tensor(values))[0], layer.eval()(library.tensor(values))[0]])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("ordered", [False, True])
def test_dropout_of_packed_batches_draws_the_same_numbers(name, ordered):
    values, found = SOURCE.normal(size=(5, 4, 3)).astype(np.float32), []
    lengths = [5, 3, 3, 1] if ordered else [3, 1, 5, 3]
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(0)
        layer = getattr(module, name)(3, 4, 3, dropout=0.4, bidirectional=True)
        rnn = module.utils.rnn
        packed = rnn.pack_padded_sequence(library.tensor(values), lengths, enforce_sorted=ordered)
        first, again = (flat(layer(packed)) for _ in range(2))
        found.append([first[0].data, *first[1:], again[0].data, *(p.grad for p in backward(again, layer))])
    compare(found, rtol=1e-4, atol=1e-5)


def backward(results, layer):
    (results[0].data.sum() + results[1].sum()).backward()
    return layer.parameters()


@pytest.mark.parametrize("name", ["LSTM", "GRU", "RNN"])
def test_names_that_users_look_for(name):
    ours, theirs = pair(name, 3, 4, num_layers=2, bidirectional=True)
    assert ours._all_weights == theirs._all_weights
    for got, want in zip(ours.all_weights, theirs.all_weights, strict=True):
        compare([got, want])


@pytest.mark.parametrize("name", ["GRUCell", "LSTMCell", "RNNCell"])
def test_cells_take_the_same_arguments(name):
    ours, theirs = (list(inspect.signature(getattr(m, name)).parameters) for m in (nn, torch.nn))
    assert [argument for argument in ours if argument != "forget_bias"] == theirs


def test_options_are_independent():
    """Every pair of options of the LSTM at once."""
    for layers, both, first, bias in itertools.product((1, 2), (False, True), (False, True), (False, True)):
        options = {"num_layers": layers, "bidirectional": both, "batch_first": first, "bias": bias}
        ours, theirs = pair("LSTM", 2, 3, **options)
        x = SOURCE.normal(size=(4, 3, 2))
        compare([flat(ours(ag.tensor(x))), flat(theirs(torch.tensor(x)))])
