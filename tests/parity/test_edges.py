"""The edges of layers against PyTorch: empty batches, rows without keys, sequences without frames, single numbers."""

import warnings

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(12)
NOTHING = [
    ("BatchNorm1d", (3,), (0, 3)), ("BatchNorm2d", (3,), (0, 3, 2, 2)), ("BatchNorm3d", (3,), (2, 3, 0, 2, 2)),
    ("GroupNorm", (3, 3), (0, 3, 2)), ("InstanceNorm2d", (3,), (0, 3, 4, 4)), ("LayerNorm", (4,), (0, 3, 4)),
    ("RMSNorm", (4,), (0, 4)),
]  # fmt: skip


def assert_agree(ours, theirs, **tolerances):
    for got, want in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), **tolerances)


@pytest.mark.parametrize(("name", "arguments", "shape"), NOTHING, ids=lambda x: str(x))
def test_normalization_of_nothing(name, arguments, shape):
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        layer = getattr(module, name)(*arguments)
        x = library.zeros(*shape, requires_grad=True)
        trained = layer(x)
        (trained.sum() + layer.eval()(x).sum()).backward()
        found.append([trained, x.grad, *[p.grad for p in layer.parameters()], *layer.state_dict().values()])
    assert_agree(*found)


@pytest.mark.parametrize("kind", ["bool", "float"])
@pytest.mark.parametrize("shape", [(2, 3, 5, 4), (2, 4, 64, 16)], ids=str)
def test_queries_without_keys_have_no_gradient(kind, shape):
    arrays = [SOURCE.normal(size=shape) for _ in range(3)]
    seen = SOURCE.uniform(size=(shape[0], 1, shape[2], shape[2])) > 0.5
    seen[1] = seen[:, :, 2] = False
    mask = seen if kind == "bool" else np.where(seen, 0, -np.inf)
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        operands = [library.tensor(x, requires_grad=True) for x in arrays]
        out = functional.scaled_dot_product_attention(*operands, library.tensor(mask))
        (out * out).sum().backward()
        found.append([out, *[x.grad for x in operands]])
    assert_agree(*found, rtol=1e-6, atol=1e-9)


def test_attention_over_an_empty_batch():
    layer = nn.MultiheadAttention(4, 2)
    x = ag.zeros(5, 0, 4, requires_grad=True)
    out, weights = layer(x, x, x)
    out.sum().backward()
    assert out.shape == (5, 0, 4) and weights.shape == (0, 5, 5) and not layer.in_proj_weight.grad.any()


@pytest.mark.parametrize("zero_infinity", [False, True])
def test_ctc_without_frames(zero_infinity):
    scores = SOURCE.normal(size=(6, 4, 5))
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        x = library.tensor(scores, requires_grad=True)
        labels, frames, lengths = (library.tensor(y) for y in ([[1, 2]] * 4, [0, 0, 4, 1], [0, 2, 2, 2]))
        options = {"reduction": "none", "zero_infinity": zero_infinity}
        losses = functional.ctc_loss(functional.log_softmax(x, -1), labels, frames, lengths, **options)
        losses.sum().backward()
        found.append([losses, x.grad])
    assert_agree(*found, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_of_single_numbers(dtype):
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        library.manual_seed(3)
        x = library.tensor(2.0, dtype=getattr(library, dtype))
        found.append([functional.dropout(x, 0.4) for _ in range(20)])
    assert_agree(*found, rtol=1e-6)


@pytest.mark.parametrize("options", [{"size_average": False}, {"reduce": False}, {"size_average": True}], ids=str)
def test_old_reductions_warn(options):
    arrays = SOURCE.normal(size=(2, 3, 4))
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        x, y = (library.tensor(a) for a in arrays)
        with pytest.warns(UserWarning, match="size_average and reduce"):
            losses = [module.functional.l1_loss(x, y, **options)]
        with pytest.warns(UserWarning, match="size_average and reduce"):
            losses.append(module.MSELoss(**options)(x, y))
        found.append(losses)
    assert_agree(*found)


def test_instance_norm_without_weights_takes_any_channels():
    x = SOURCE.normal(size=(2, 4, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = torch.nn.InstanceNorm1d(3)(torch.tensor(x))
    with pytest.warns(UserWarning, match="expected 3 channels"):
        assert_agree([nn.InstanceNorm1d(3)(ag.tensor(x))], [expected], rtol=1e-6)
    with pytest.raises(ValueError, match="InstanceNorm1d: expected 3 channels"):
        nn.InstanceNorm1d(3, affine=True)(ag.tensor(x))


@pytest.mark.parametrize("normalize", [F.batch_norm, lambda *x: F.instance_norm(*x, use_input_stats=False)])
def test_normalization_by_statistics_that_are_missing(normalize):
    with pytest.raises(ValueError, match="expected running_mean and running_var"):
        normalize(ag.ones(2, 3, 4), None, None)


def test_fused_and_synchronous_batch_norms():
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(5)
        model = module.Sequential(module.Conv2d(3, 4, 3), module.BatchNorm2d(4))
        model = module.SyncBatchNorm.convert_sync_batchnorm(model)
        x = library.randn(5, 3, 6, 6)
        trained = model(x)
        fused = module.utils.fuse_conv_bn_eval(model[0].eval(), model[1].eval())
        assert repr(model[1]).startswith("SyncBatchNorm(4, eps=1e-05, momentum=0.1, affine=True")
        assert module.utils.skip_init(module.Linear, 3, 4).weight.shape == (4, 3)
        found.append([trained, fused.weight, fused.bias, fused(x), *model.state_dict().values(), library.rand(2)])
    assert_agree(*found, rtol=2e-5, atol=2e-6)


def test_states_from_before_batches_were_counted():
    for module in (nn, torch.nn):
        layer, other = module.BatchNorm1d(3), module.BatchNorm1d(3)
        state = dict(other.state_dict())
        del state["num_batches_tracked"]
        assert str(layer.load_state_dict(state)) == "<All keys matched successfully>"
        state = other.state_dict()
        del state["num_batches_tracked"]
        with pytest.raises(RuntimeError, match="num_batches_tracked"):
            layer.load_state_dict(state)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor", "ignore:The PyTorch API of nested")
@pytest.mark.parametrize("layer", [{}, {"norm_first": True}, {"activation": "gelu"}, {"bias": False}], ids=str)
@pytest.mark.parametrize("stack", [{}, {"enable_nested_tensor": False}, {"mask_check": False}], ids=str)
def test_what_encoders_give_for_padding(layer, stack):
    x = SOURCE.normal(size=(3, 5, 8)).astype(np.float32)
    at_the_end = np.arange(5) >= np.array([[5], [3], [4]])
    anywhere = at_the_end.copy()
    anywhere[1, 0] = True
    weights = None
    found = []
    for library, module in ((torch, torch.nn), (ag, nn)):
        made = module.TransformerEncoderLayer(8, 2, 12, 0.0, batch_first=True, **layer)
        model = module.TransformerEncoder(made, 2, module.LayerNorm(8), **stack).eval()
        weights = weights or {key: value.numpy() for key, value in model.state_dict().items()}
        model.load_state_dict({key: library.tensor(value) for key, value in weights.items()})
        given = library.tensor(x)
        masks = [library.tensor(at_the_end)] + [library.tensor(anywhere)] * stack.get("mask_check", True)
        results = [model(given, src_key_padding_mask=mask) for mask in masks]
        with library.no_grad():
            results += [model(given, src_key_padding_mask=mask) for mask in masks]
            results.append(model(given, mask=library.zeros(5, 5), src_key_padding_mask=masks[0].float() * -1e9))
            results.append(model.train()(given, src_key_padding_mask=masks[0]))
        found.append(results)
    assert_agree(*found[::-1], rtol=1e-4, atol=1e-5)
