"""Exported models: C compiled and run, NumPy files imported alone, ONNX by its reference evaluator, each to 1e-5."""

import io
import runpy
import shutil
import subprocess

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from nn.export import ExportError, to_c, to_numpy, to_onnx


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Sequential(nn.Conv2d(4, 6, 3, padding="same", groups=2), nn.LeakyReLU(0.2)), nn.AvgPool2d(2, 2, 1),
        )  # fmt: skip
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(6 * 9, 5)

    def forward(self, x):
        features = self.body(x)
        pooled = F.adaptive_avg_pool2d(features, 1).flatten(1)
        return F.log_softmax(self.out(self.drop(features.view(x.size(0), -1))) + pooled[:, :5] * 0.5, dim=1)


class Recurrent(nn.Module):
    def __init__(self, kind, batch_first, layers, both, last):
        super().__init__()
        self.rnn = kind(3, 4, layers, batch_first=batch_first, bidirectional=both)
        self.out = nn.Linear(8 if both else 4, 2)
        self.last = last

    def forward(self, x):
        out, _ = self.rnn(x)
        return self.out(out[:, -1] if self.last else out)


def mlp():
    kinds = (nn.ReLU(), nn.ELU(0.7), nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Tanh(), nn.Sigmoid(), nn.LeakyReLU())
    layers = [part for kind in kinds for part in (nn.Linear(6, 6), kind)]
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(6, 3), nn.Softmax(dim=-1))


def models():
    ag.manual_seed(3)
    net = Net()
    net(ag.randn(8, 2, 17, 17))
    yield "mlp", mlp(), (4, 2, 3)
    yield "cnn", net, (2, 2, 17, 17)
    for kind in (nn.LSTM, nn.GRU):
        yield f"{kind.__name__} one", Recurrent(kind, False, 1, False, False), (5, 2, 3)
        yield f"{kind.__name__} last", Recurrent(kind, True, 2, True, True), (2, 5, 3)


CASES = [(model.eval(), ag.randn(shape), name) for name, model, shape in models()]
cases = pytest.mark.parametrize("model, x", [case[:2] for case in CASES], ids=[case[2] for case in CASES])


@cases
def test_numpy_file(model, x, tmp_path):
    to_numpy(model, x, tmp_path / "model.py")
    assert "numbagrad" not in (tmp_path / "model.py").read_text()
    predict = runpy.run_path(str(tmp_path / "model.py"))["predict"]
    for sample in (x, x * 2 - 0.3):
        assert np.allclose(predict(sample.numpy()), model(sample).detach().numpy(), rtol=0, atol=1e-5)


def test_numpy_files_refuse_other_inputs(tmp_path):
    to_numpy(nn.Linear(4, 2).eval(), ag.randn(3, 4), tmp_path / "model.py")
    predict = runpy.run_path(str(tmp_path / "model.py"))["predict"]
    for shape in ((4, 3), (12,), (1, 3, 4), (1, 4)):
        with pytest.raises(ValueError, match=r"expected x of shape \(3, 4\), got \("):
            predict(np.ones(shape, np.float32))
    assert predict([[1, 2, 3, 4]] * 3).dtype == np.float32
    to_numpy(nn.Embedding(4, 2).eval(), ag.tensor([1, 2]), tmp_path / "model.py")
    predict = runpy.run_path(str(tmp_path / "model.py"))["predict"]
    with pytest.raises(TypeError, match="expected x of int64, got float64"):
        predict([1.5, 2.0])


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@cases
def test_c_file(model, x, tmp_path):
    to_c(model, x, tmp_path / "model.c")
    command = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-DNUMBAGRAD_TEST"]
    subprocess.run([*command, "model.c", "-o", "model", "-lm"], cwd=tmp_path, check=True)
    found = subprocess.run(["./model"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert 0 <= float(found.stdout) < 1e-5


@cases
def test_onnx_file(model, x, tmp_path):
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    to_onnx(model, x, tmp_path / "model.onnx")
    session = reference.ReferenceEvaluator(onnx.load(str(tmp_path / "model.onnx")))
    for sample in (x, x * 2 - 0.3):
        (found,) = session.run(None, {"x": sample.numpy()})
        assert np.allclose(found, model(sample).detach().numpy(), rtol=0, atol=1e-5)


def test_what_cannot_be_exported(tmp_path):
    class Sorting(nn.Module):
        def forward(self, x):
            return x.sort().values

    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Tanh(), Sorting())).eval()
    with pytest.raises(ExportError, match=r"^1\.1 \(Sorting\): .*got sort.*OPERATIONS"):
        to_numpy(model, ag.ones(1, 2), tmp_path / "model.py")
    with pytest.raises(ExportError, match=r"eval\(\)"):
        to_numpy(nn.Linear(2, 2), ag.ones(1, 2), tmp_path / "model.py")
    for example in ((ag.ones(1, 2),), [ag.ones(1, 2), ag.ones(1, 2)]):
        with pytest.raises(ExportError, match=r"the one input, got \d of them in a \w+\. Export a module around it"):
            to_numpy(nn.Linear(2, 2).eval(), example, tmp_path / "model.py")
    assert not list(tmp_path.iterdir())


def test_pytorchs_call(tmp_path):
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    model, x = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5), nn.BatchNorm1d(3)), ag.randn(2, 4)
    model[1].eval()
    buffer = io.BytesIO()
    nn.export.export(model, (x,), buffer, input_names=["words"], output_names=["scores"], opset_version=17)
    nn.export.export(model, x, tmp_path / "model.onnx")
    assert model.training and model[0].training and not model[1].training
    expected = model.eval()(x).detach().numpy()
    for file, name in ((onnx.load_from_string(buffer.getvalue()), "words"), (str(tmp_path / "model.onnx"), "x")):
        (found,) = reference.ReferenceEvaluator(file).run(None, {name: x.numpy()})
        assert np.allclose(found, expected, rtol=0, atol=1e-6)
    assert onnx.load_from_string(buffer.getvalue()).graph.output[0].name == "scores"


@pytest.mark.parametrize(
    "args, options, text",
    [((1,), {"dynamic_axes": {"x": {0: "batch"}}}, "sizes that vary"), ((1, 2), {}, "2 inputs"), ((), {}, "0 inputs")],
)
def test_what_pytorchs_call_refuses(args, options, text, tmp_path):
    with pytest.raises(ExportError, match=text):
        nn.export.export(nn.Identity(), args, tmp_path / "model.onnx", **options)
    with pytest.raises(ExportError, match="Pass f"):
        nn.export.export(nn.Identity(), ag.ones(1))
