"""Functions and methods in exported models, each alone in NumPy and all together in C and ONNX."""

import runpy
import shutil
import subprocess

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from nn.export import ExportError, to_c, to_numpy, to_onnx

ag.manual_seed(8)
KEPT = ag.randn(4, 6)
HOLES = ag.tensor([float("nan"), 1.0, float("inf"), -float("inf"), 2.0, 3.0])
LOOK = ag.tensor([2, 0, 3, 3])
FUNCTIONS = {
    "add alpha": lambda x: ag.add(x, KEPT, alpha=2), "sub alpha": lambda x: ag.sub(x, 1.5, alpha=0.5),
    "operators": lambda x: (2 - x) * x / (1 + x * x) - x / 3 + 1 / (abs(x) + 1) + 2**x + (-x) ** 2,
    "rounding": lambda x: ag.div(x * 5, 2, rounding_mode="floor") + ag.div(x * 5, 2, rounding_mode="trunc"),
    "row": lambda x: x * KEPT[:, :1] + KEPT[0], "column": lambda x: x[:, :, None] * KEPT[:, None] + KEPT[:, 1:2, None],
    "slices": lambda x: x[1:, ::2] - x[:3, [0, 2, 5]], "picked": lambda x: x[LOOK] + x[-1] + x.index_select(0, LOOK),
    "compared": lambda x: ag.where((x > 0.2) & ~(x >= 1), x, KEPT) + (x <= 0).float() + (x < 1).int(),
    "equal": lambda x: (x == x.amax(1, keepdim=True)).float() + (x != x.t().t()) + ((x > 1) | (x < -1)),
    "places": lambda x: x.argmax(1).float() + x.argmin() + x.argmax(0, keepdim=True).sum() - x.argmax(),
    "whole": lambda x: x // 0.5 + x % 0.7 + x.cumsum(1) + x.cumsum(0) + x[:, :2].prod(1, keepdim=True),
    "left": lambda x: 5 // x + 5 % x + np.float32(2) * x + np.ones((4, 6), np.float32) / x - np.int64(3) + KEPT // x,
    "products on the left": lambda x: KEPT @ x.t() + np.ones((4, 6), np.float32) @ x.t(),
    "exact quotients": lambda x: (x * 8).round() / 8 // 0.125 + x.round() % 0.25 + x.round() // -1.0 + (x**0) // 0.1,
    "known truth": lambda x: x * (True & (x > 0)) + (False | (x > 1)) * x + ((x > 0) & True) + ((x > 0) ^ (x > 1)),
    "other truth": lambda x: (True ^ (x > 0)).float() + ag.logical_xor(x > 0, x > 1) + (x < KEPT) + (x > KEPT),
    "by name": lambda x: ag.cat(tensors=[x, ag.add(input=x, other=x, alpha=2)], dim=1) + F.relu(input=x[:, :1]),
    "trigonometry": lambda x: (x * 0.5).tan() + (x * 0.2).asin() + (x * 0.2).acos() + x.atan() + x.sinh() - x.cosh(),
    "logarithms": lambda x: (x.abs() + 1).log2() + (x.abs() + 1).log10() + ag.logit(x, 0.1) + x.sigmoid().logit(),
    "nothing": lambda x: ag.isnan(x * HOLES) + ag.isinf(x * HOLES).int() + ag.isfinite(x + HOLES).float(),
    "no holes": lambda x: ag.nan_to_num(x + HOLES, 0.5, 1.0, -1.0) + ag.nan_to_num(x * HOLES, posinf=0.0, neginf=0.0),
    "remainders": lambda x: x.fmod(0.7) + ag.fmod(KEPT, x) + x.round() + x.frac() + ag.addcdiv(x, x, KEPT, value=2),
    "truth": lambda x: (x > 0).any(1, keepdim=True).float() + (x > -1).all(0) + (x > 9).any(),
    "alike": lambda x: ag.zeros_like(x) + ag.ones_like(x) * x + ag.gather(x, 1, LOOK[:, None]),
    "masked": lambda x: x.masked_fill(KEPT > 0, -1.0).tril(1),
    "clamped": lambda x: x.clamp(-0.3, 0.5) + x.clamp(min=0.1),
    "extremes": lambda x: x.max() + x.min() + x.amax(1, keepdim=True) - x.amin(0) + ag.maximum(x, KEPT),
    "largest": lambda x: x.max(1, keepdim=True).values + x.max(0)[0],
    "moments": lambda x: x.var(1, keepdim=True) + x.std(),
    "sums": lambda x: x.sum() + x.mean(0) + x.sum(-1, keepdim=True) + x.sum((0, 1)),
    "norms": lambda x: F.normalize(x) + x.norm() + ag.linalg.vector_norm(x, float("inf"), dim=0),
    "logsumexp": lambda x: x.logsumexp(1) + ag.logsumexp(x, (0, 1)),
    "elementary": lambda x: x.exp().log1p().sqrt().rsqrt() + x.sin() * x.cos() + x.abs().sign() + x.square().log(),
    "pieces": lambda x: x.floor() - x.ceil() + x.trunc() + x.reciprocal() + x.expm1() + x.erf(),
    "products": lambda x: x @ KEPT.t() + x.matmul(x.t()) + ag.mm(KEPT, x.t()),
    "vectors": lambda x: (x @ KEPT[0]).sum() + x[:, 0] @ x + x[0].dot(KEPT[1]),
    "stacks": lambda x: ag.bmm(x.expand(3, 4, 6), x.t().expand(3, 6, 4)) + ag.matmul(x.view(2, 1, 2, 6), x.t()).sum(),
    "addmm": lambda x: ag.addmm(KEPT, x, x.t() @ KEPT, beta=0.5, alpha=2),
    "einsum": lambda x: ag.einsum("ij,kj->ik", x, KEPT) + ag.einsum("bij,bjk->ki", x[None], x.t()[None]),
    "joined": lambda x: ag.cat([x, KEPT, x[:1]]), "stacked": lambda x: ag.stack([x, KEPT + x], 1).flatten(1),
    "parts": lambda x: sum(part.sum(1) for part in x.chunk(3, 1)) + x.split([2, 4], 1)[1].mean(1) + x.unbind(1)[2],
    "moved": lambda x: x.view(2, 2, 6).permute(2, 0, 1).flip(0).transpose(0, 1).reshape(-1) + x.roll(1, 0).T.flatten(),
    "repeated": lambda x: x.repeat(2, 1) + ag.repeat_interleave(x, 2, 0),
    "padded": lambda x: F.pad(x, (1, -2), value=0.5),
    "triangle": lambda x: x.triu() + ag.diagonal(x, 1).sum(), "in place": lambda x: (x * 1).add_(1).mul_(KEPT).relu_(),
    "softmaxes": lambda x: F.softmax(x, 0) + F.log_softmax(x.double().float(), 1),
    "interpolated": lambda x: F.interpolate(x[None, None], scale_factor=2),
    "attention": lambda x: F.scaled_dot_product_attention(x, x, x, is_causal=True),
    "masked attention": lambda x: F.scaled_dot_product_attention(x, x, x, KEPT @ KEPT.t() > 0),
    "added attention": lambda x: F.scaled_dot_product_attention(x, x, x, ag.full((4, 4), -float("inf")).triu(1)),
    "large attention": lambda x: F.scaled_dot_product_attention(*[x.repeat(20, 3)] * 3, is_causal=True),
}  # fmt: skip
each = pytest.mark.parametrize("name", FUNCTIONS)


class Model(nn.Module):
    def __init__(self, functions):
        super().__init__()
        self.functions = functions

    def forward(self, x):
        return ag.cat([function(x).flatten() for function in self.functions])


def agree(found, model, x):
    return np.allclose(found, model(x).detach().numpy(), rtol=1e-5, atol=1e-5)


@each
def test_numpy_file(name, tmp_path):
    model, x = Model([FUNCTIONS[name]]).eval(), ag.randn(4, 6)
    to_numpy(model, x, tmp_path / "model.py")
    predict = runpy.run_path(str(tmp_path / "model.py"))["predict"]
    for sample in (x, x * 0.7 + 0.1):
        assert agree(predict(sample.numpy()), model, sample)


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_c_file(tmp_path):
    to_c(Model(list(FUNCTIONS.values())).eval(), ag.randn(4, 6), tmp_path / "model.c")
    strict = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-DNUMBAGRAD_TEST"]
    subprocess.run([*strict, "model.c", "-o", "model", "-lm"], cwd=tmp_path, check=True)
    found = subprocess.run(["./model"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert 0 <= float(found.stdout) < 2e-5


def test_onnx_file(tmp_path):
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    model, x = Model(list(FUNCTIONS.values())).eval(), ag.randn(4, 6)
    to_onnx(model, x, tmp_path / "model.onnx")
    session = reference.ReferenceEvaluator(onnx.load(str(tmp_path / "model.onnx")))
    assert agree(session.run(None, {"x": x.numpy()})[0], model, x)


REFUSED = {
    "sort": (lambda x: x.sort().values, "got sort.*OPERATIONS"),
    "a mask": (lambda x: x[x > 0], "a computed one"),
    "a number": (lambda x: x * x.sum().item(), "a look at the values"),
    "a condition": (lambda x: x if x.sum() > 0 else -x, r"where\(...\)"),
    "a write": (lambda x: x.__setitem__(0, 1.0), r"a write into one.*cat\(...\)"),
    "places": (lambda x: x.max(1).indices, "the places of maxima"),
    "a constant": (lambda x: KEPT, "a constant one"),
    "a dict": (lambda x: {"a": x}, "got dict.*a module around it"),
    "several": (lambda x: (x, x), "one tensor"),
    "values": (lambda x: x + getattr(x, "__example__", x).sum(), "the same computation for each input"),
    "random numbers": (lambda x: x + ag.randn(4, 6), "the same result in each call"),
}


@pytest.mark.parametrize("function, text", REFUSED.values(), ids=REFUSED)
def test_refused(function, text, tmp_path):
    model = nn.Sequential()
    model.forward = function
    with pytest.raises(ExportError, match=rf"(?s){text}"):
        to_numpy(model.eval(), ag.randn(4, 6), tmp_path / "model.py")
    assert not list(tmp_path.iterdir())


def test_an_empty_example(tmp_path):
    with pytest.raises(ExportError, match="an example with elements"):
        to_numpy(nn.Identity().eval(), ag.ones(0, 2), tmp_path / "model.py")


def test_bits_of_integers_and_numbers_of_tensors_are_refused(tmp_path) -> None:
    for change in (
        lambda x: x & 1,
        lambda x: x | 1,
        lambda x: ~x,
        lambda x: x * float(x.sum()),
        lambda x: x + int(x[0]),
    ):
        with pytest.raises(ExportError):
            to_numpy(change, ag.tensor([0, 1, 1]), tmp_path / "model.py")


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_the_c_file_tells_of_nan_wherever_it_is(tmp_path):
    to_c(lambda x: x.log(), ag.tensor([2.0, 1.0, -1.0, 0.0]), tmp_path / "model.c")
    text = (tmp_path / "model.c").read_text()
    said = []
    for formula in ("logf(a)", "(a > 1.5 ? NAN : logf(a))"):
        (tmp_path / "model.c").write_text(text.replace("logf(a)", formula))
        subprocess.run(
            ["cc", "-std=c99", "-DNUMBAGRAD_TEST", "model.c", "-o", "model", "-lm"], cwd=tmp_path, check=True
        )
        said.append(float(subprocess.check_output(["./model"], cwd=tmp_path)))
    assert said[0] < 1e-6 and np.isnan(said[1])
