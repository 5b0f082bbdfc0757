"""Attention and transformers against PyTorch: values, gradients, weights, initial values, state, reprs."""

import inspect
import itertools

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(8)
pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor")


def compare(found, rtol=1e-9):
    for got, want in zip(*found, strict=True):
        assert (got is None) == (want is None)
        if got is not None:
            np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=rtol, atol=1e-11)


@pytest.mark.parametrize("masked", ["no", "booleans", "numbers", "causal", "blind"])
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (2, 3, 5, 4)])
def test_scaled_dot_product(shape, masked):
    q, k, v = (SOURCE.normal(size=(*shape[:-2], n, e)) for n, e in ((shape[-2], 4), (6, 4), (6, 5)))
    seen = SOURCE.normal(size=(shape[-2], 6)) > 0
    if masked == "blind":
        seen[1] = False
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        operands = [library.tensor(x, requires_grad=True) for x in (q, k, v)]
        masks = {"booleans": seen, "blind": seen, "numbers": seen * 0.7}
        mask = library.tensor(masks[masked]) if masked in masks else None
        y = functional.scaled_dot_product_attention(*operands, mask, is_causal=masked == "causal", scale=0.4)
        (y * y).sum().backward()
        found.append([y, *(x.grad for x in operands)])
    compare(found)


def copied(ours, theirs):
    ours.load_state_dict({name: ag.tensor(value.detach().numpy()) for name, value in theirs.state_dict().items()})


OPTIONS = [
    {}, {"bias": False}, {"add_bias_kv": True}, {"add_zero_attn": True}, {"add_bias_kv": True, "add_zero_attn": True},
    {"kdim": 5, "vdim": 7}, {"batch_first": True},
]  # fmt: skip


@pytest.mark.parametrize(("options", "batched"), list(itertools.product(OPTIONS, (True, False))))
@pytest.mark.parametrize("call", [
    {}, {"need_weights": False}, {"average_attn_weights": False}, {"mask": "bool"}, {"mask": "float"},
    {"mask": "bool", "need_weights": False}, {"mask": "heads"},
])  # fmt: skip
def test_multihead(options, batched, call):
    theirs = torch.nn.MultiheadAttention(8, 2, dtype=torch.float64, **options)
    ours = nn.MultiheadAttention(8, 2, dtype=ag.float64, **options)
    copied(ours, theirs)
    sizes = (8, options.get("kdim", 8), options.get("vdim", 8))
    values = [SOURCE.normal(size=(n, 3, size)) for n, size in zip((4, 5, 5), sizes, strict=True)]
    if not batched:
        values = [x[:, 0] for x in values]
    elif options.get("batch_first"):
        values = [x.swapaxes(0, 1) for x in values]
    call = dict(call)
    kind, masks = call.pop("mask", None), {}
    if kind:
        closed = SOURCE.normal(size=(4, 5) if kind != "heads" else (6 if batched else 2, 4, 5)) > 0.8
        closed[..., 0] = False
        masks["attn_mask"] = closed * -0.5 if kind == "float" else closed
        padding = np.zeros((3, 5), bool)
        padding[1, 3:] = True
        masks["key_padding_mask"] = (padding if batched else padding[1]) * (1.0 if kind == "float" else True)
        if kind != "float":
            masks["key_padding_mask"] = masks["key_padding_mask"].astype(bool)
    found = []
    for library, layer in ((ag, ours), (torch, theirs)):
        operands = [library.tensor(x, requires_grad=True) for x in values]
        output, weights = layer(*operands, **call, **{name: library.tensor(mask) for name, mask in masks.items()})
        (output * output).sum().backward()
        found.append([output, weights, *(x.grad for x in operands), *(p.grad for p in layer.parameters())])
    compare(found)


LAYERS = [
    ("MultiheadAttention", (8, 2), {}),
    ("MultiheadAttention", (8, 2), {"kdim": 5, "add_bias_kv": True}),
    ("TransformerEncoderLayer", (8, 2, 16), {}),
    ("TransformerDecoderLayer", (8, 2, 16), {"bias": False}),
    ("Transformer", (8, 2, 2, 1, 16), {}),
]


@pytest.mark.parametrize(("name", "arguments", "options"), LAYERS)
def test_initial_values_names_and_reprs(name, arguments, options):
    made = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(1)
        made.append(getattr(module, name)(*arguments, **options))
    ours, theirs = (layer.state_dict() for layer in made)
    assert list(ours) == list(theirs) and repr(made[0]) == repr(made[1])
    for key in ours:
        np.testing.assert_allclose(ours[key].numpy(), theirs[key].numpy(), rtol=1e-5, atol=1e-7, err_msg=key)
    signatures = [list(inspect.signature(type(layer)).parameters) for layer in made]
    assert signatures[0] == signatures[1]


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_transformer(norm_first, batch_first, activation):
    options = {"dropout": 0.0, "norm_first": norm_first, "batch_first": batch_first, "activation": activation}
    theirs = torch.nn.Transformer(8, 2, 2, 2, 16, dtype=torch.float64, **options)
    ours = nn.Transformer(8, 2, 2, 2, 16, dtype=ag.float64, **options)
    copied(ours, theirs)
    source, target = SOURCE.normal(size=(3, 5, 8)), SOURCE.normal(size=(3, 4, 8))
    padding = np.zeros((3, 5), bool)
    padding[2, 4:] = True
    if not batch_first:
        source, target = source.swapaxes(0, 1), target.swapaxes(0, 1)
    found = []
    for library, module, model in ((ag, nn, ours), (torch, torch.nn, theirs)):
        x, y = (library.tensor(value, requires_grad=True) for value in (source, target))
        mask = module.Transformer.generate_square_subsequent_mask(4, dtype=library.float64)
        z = model(x, y, tgt_mask=mask, src_key_padding_mask=library.tensor(padding), tgt_is_causal=True,
                  memory_key_padding_mask=library.tensor(padding))  # fmt: skip
        (z * z).sum().backward()
        found.append([z, x.grad, y.grad, *(p.grad for p in model.parameters())])
    compare(found, 1e-6)


def test_dropout_stream_of_an_encoder():
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(0)
        model = module.TransformerEncoder(module.TransformerEncoderLayer(8, 2, 16, 0.3), 2)
        x = library.randn(5, 3, 8)
        z = model(x)
        (z * z).sum().backward()
        found.append([z, *(p.grad for p in model.parameters())])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=1e-3, atol=1e-4)
