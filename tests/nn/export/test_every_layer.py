"""Each public layer class of `nn` is exported rightly, to C, NumPy and ONNX, or refused with an error that helps."""

import inspect
import shutil
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from nn.export import ExportError, to_c, to_numpy, to_onnx
from tests.nn.export.layers_to_export import EXPORTED, REFUSED, Through

BASES = {nn.Module, nn.RNNBase, nn.RNNCellBase}
FAMILIES = {name: [(model.eval(), x) for model, x in cases] for name, cases in EXPORTED.items()}
families = pytest.mark.parametrize("cases", FAMILIES.values(), ids=FAMILIES)
KINDS = {
    type(model.layer if isinstance(model, Through) else model) for cases in FAMILIES.values() for model, _ in cases
}

RUN_ALL = """
import sys
for name in ("autograd", "nn", "optim", "numba"):
    sys.modules[name] = None  # an import of it fails
import runpy
import numpy as np
for number in range(int(sys.argv[1])):
    predict = runpy.run_path(f"{number}.py")["predict"]
    np.save(f"{number}_found.npy", predict(np.load(f"{number}.npy")))
"""


def others(x):
    """An input of the same form and other values."""
    return x.flip(0) if x.dtype.dtype.kind in "iu" else x * 1.7 - 0.3


def expected(model, x):
    return model(x).detach().numpy()


def far_off(found, cases, inputs):
    """The models whose results are not those expected."""
    pairs = zip(found, cases, inputs, strict=True)
    return [
        (str(model), float(np.abs(result - expected(model, x)).max()))
        for result, (model, _), x in pairs
        if not np.allclose(result, expected(model, x), rtol=1e-5, atol=1e-5)
    ]


def test_all_classes_are_here():
    public = {kind for kind in vars(nn).values() if inspect.isclass(kind) and issubclass(kind, nn.Module)}
    assert public - BASES == KINDS | {type(model) for model, *_ in REFUSED}


@families
def test_numpy_files(cases, tmp_path):
    inputs = [others(x) for _, x in cases]
    for number, (model, x) in enumerate(cases):
        to_numpy(model, x, tmp_path / f"{number}.py")
        np.save(tmp_path / f"{number}.npy", inputs[number].numpy())
    subprocess.run([sys.executable, "-I", "-c", RUN_ALL, str(len(cases))], cwd=tmp_path, check=True)
    found = [np.load(tmp_path / f"{number}_found.npy") for number in range(len(cases))]
    assert far_off(found, cases, inputs) == []


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@families
def test_c_files(cases, tmp_path):
    strict = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-DNUMBAGRAD_TEST"]
    errors = {}
    for number, (model, x) in enumerate(cases):
        to_c(model, x, tmp_path / f"{number}.c")
        subprocess.run([*strict, f"{number}.c", "-o", str(number), "-lm"], cwd=tmp_path, check=True)
        run = subprocess.run([tmp_path / str(number)], check=True, capture_output=True, text=True)
        errors[str(model)] = float(run.stdout)
    assert {model: error for model, error in errors.items() if not error < 1e-5} == {}


@families
def test_onnx_files(cases, tmp_path):
    onnx = pytest.importorskip("onnx")
    reference = pytest.importorskip("onnx.reference")
    inputs, found = [others(x) for _, x in cases], []
    for (model, x), other in zip(cases, inputs, strict=True):
        to_onnx(model, x, tmp_path / "model.onnx")
        session = reference.ReferenceEvaluator(onnx.load(str(tmp_path / "model.onnx")))
        found.append(session.run(None, {"x": other.numpy()})[0])
    assert far_off(found, cases, inputs) == []


@pytest.mark.parametrize("model, x, text", REFUSED, ids=[type(case[0]).__name__ for case in REFUSED])
def test_refused(model, x, text, tmp_path):
    with pytest.raises(ExportError, match=text):
        to_numpy(model.eval(), x, tmp_path / "model.py")
    assert not list(tmp_path.iterdir())


def test_the_error_names_the_module(tmp_path):
    model = nn.Sequential(nn.Identity(), nn.Sequential(nn.Embedding(7, 3, max_norm=1.0))).eval()
    with pytest.raises(ExportError, match=r"^1\.0 \(Embedding\): .*a look at the values"):
        to_numpy(model, ag.ones(2, 3, dtype=ag.int64), tmp_path / "model.py")
