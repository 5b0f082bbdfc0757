"""`python -m nn.compat`: a script sees what it would under plain Python, and PyTorch's names give this library."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(script: Path, *arguments: str, module: tuple[str, ...] = ("-m", "nn.compat"), cwd: Path | None = None):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *module, str(script), *arguments],
        capture_output=True, text=True, timeout=120, env=environment, cwd=cwd or script.parent,
    )  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "script.py") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


SEEN = """
import sys, os
if __name__ == "__main__":
    print(sys.argv, __file__, os.path.realpath(sys.path[0]), __name__, sys.modules["__main__"].__dict__ is globals())
"""


def test_script_sees_what_plain_python_shows(write):
    script = write(SEEN)
    plain, ours = run(script, "--lr", "1", module=()), run(script, "--lr", "1")
    assert ours.returncode == 0 and ours.stdout == plain.stdout and plain.stdout


@pytest.mark.parametrize("name", ["optim.py", "nn.py", "data.py"])
def test_neighbours_of_the_script_are_importable_but_ours_stay_ours(write, name):
    write("VALUE = 3", name)
    write("VALUE = 4", "model.py")
    script = write(
        "import torch, model\nprint(model.VALUE, torch.optim.SGD.__module__, torch.nn.ReLU()(torch.ones(1)))"
    )
    ours = run(script, cwd=script.parent.parent)
    assert ours.stdout.split() == ["4", "optim.sgd", "tensor([1.])"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("import sys; sys.exit(7)", 7), ("raise SystemExit('no')", 1), ("1 / 0", 1), ("pass", 0), ("raise KeyError", 1)],
)
def test_exit_codes(write, text, code):
    script = write(text)
    plain = run(script, module=())
    ours = run(script)
    assert ours.returncode == plain.returncode == code and ours.stderr == plain.stderr


def test_traceback_is_that_of_plain_python(write):
    script = write("def inner(x):\n    return [1][x]\n\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    inner(5)\n")
    assert run(script).stderr == run(script, module=()).stderr


def test_syntax_error_is_that_of_plain_python(write):
    script = write("def f(:\n    pass\n")
    ours, plain = run(script), run(script, module=())
    assert ours.returncode == plain.returncode == 1 and ours.stderr.splitlines()[-4:] == plain.stderr.splitlines()[-4:]


def test_missing_script(tmp_path):
    ours = run(tmp_path / "none.py")
    assert ours.returncode == 2 and "can't open file" in ours.stderr


def test_missing_name_says_so_and_names_the_nearest(write):
    script = write("import torch\ntry:\n    torch.nn.Lineer\nexcept AttributeError as e:\n    print(e)\n")
    assert run(script).stdout.strip() == (
        "module 'torch.nn' has no attribute 'Lineer': this library does not have it; the nearest names: Linear, "
        "LazyLinear, Bilinear"
    )


def test_missing_name_in_a_from_import(write):
    ours = run(write("from torch.nn import Lineer"))
    assert ours.returncode == 1
    assert "ImportError: cannot import name 'Lineer'" in ours.stderr and "nearest names: Linear" in ours.stderr


def test_missing_module(write):
    ours = run(write("import torch.fx"))
    assert "No module named 'torch.fx': this library does not have it" in ours.stderr


WORKERS = """
import os
import sys
import torch
from torch.utils.data import DataLoader, Dataset

os.write(1, f"imported as {__name__}\\n".encode())  # one write of the system: lines of two processes do not mix

class Squares(Dataset):
    def __len__(self):
        return 6
    def __getitem__(self, index):
        if index == 5 and sys.argv[2] == "fail":
            raise ValueError("no such square")
        return torch.tensor(index) ** 2, index

if __name__ == "__main__":
    loader = DataLoader(Squares(), batch_size=2, num_workers=2, multiprocessing_context=sys.argv[1])
    os.write(1, f"{[squares.tolist() for squares, _ in loader]}\\n".encode())
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers(write, method):
    ours = run(write(WORKERS), method, "go")
    workers = [] if method == "fork" else ["imported as __mp_main__"] * 2
    expected = ["imported as __main__", *workers, "[[0, 1], [4, 9], [16, 25]]"]
    assert ours.stderr == "" and ours.stdout.splitlines() == expected


def test_error_in_a_spawned_worker_shows_the_line(write):
    ours = run(write(WORKERS), "spawn", "fail")
    assert ours.returncode == 1 and "ValueError" in ours.stderr
    assert 'raise ValueError("no such square")' in ours.stderr


QUESTIONS = """
import torch
import torch.backends.cudnn as cudnn
from torch.amp import autocast, GradScaler
from torch.nn.parallel import DistributedDataParallel

cudnn.benchmark = True
torch.backends.cuda.matmul.allow_tf32 = True
print(torch.cuda.is_available(), torch.accelerator.is_available(), torch.backends.mps.is_available(),
      torch.distributed.is_available(), torch.cuda.device_count())
model = torch.nn.Linear(2, 1)
print(torch.compile(model) is model, torch.compile()(model) is model, torch.nn.DataParallel(model).module is model)
scaler = GradScaler("cpu", enabled=False)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
with autocast("cpu", dtype=torch.bfloat16):
    loss = model(torch.ones(3, 2)).sum()
print(loss.dtype is torch.float32)
scaler.scale(loss).backward()
scaler.unscale_(optimizer)
before = model.bias.item()
scaler.step(optimizer)
scaler.update()
print(round(before - model.bias.item(), 4), scaler.state_dict())
"""


def test_questions_about_accelerators(write):
    ours = run(write(QUESTIONS))
    assert ours.stderr == ""
    assert ours.stdout.splitlines() == ["False False False False 0", "True True True", "True", "0.3 {}"]


def test_real_pytorch_is_left_alone_outside_the_command(write):
    pytest.importorskip("torch")
    script = write("import nn, nn.compat, torch\nprint(torch.Tensor is not nn.Parameter.__mro__[1], torch.__file__)")
    ours = run(script, module=())
    assert ours.stdout.startswith("True") and ours.stdout.strip().endswith("torch/__init__.py")


def test_install_after_real_pytorch_is_refused(write):
    pytest.importorskip("torch")
    ours = run(write("import torch, nn.compat\nnn.compat.install()"), module=())
    assert "PyTorch is imported already" in ours.stderr


def test_every_alias_leads_somewhere(write):
    script = write(
        "import importlib, torch\nfrom nn.compat.names import RENAMED, SOURCES\n"
        "for name in SOURCES: dir(importlib.import_module(name))\n"
        "for name in RENAMED: assert getattr(importlib.import_module(name.rpartition('.')[0]), name.rpartition('.')[2])"
        "\nprint(len(SOURCES))"
    )
    ours = run(script)
    assert ours.stderr == "" and int(ours.stdout) > 60


def test_names_of_older_scripts(write):
    script = write(
        "import numpy as np, torch, torch.nn.utils.prune as prune\n"
        "from torch.utils.dlpack import from_dlpack\n"
        "places, values = torch.tensor([[0, 1], [1, 0]]), torch.FloatTensor([2.0, 3.0])\n"
        "print(torch.sparse.FloatTensor(places, values, torch.Size([2, 2])).to_dense().tolist())\n"
        "print(prune.is_pruned(prune.l1_unstructured(torch.nn.Linear(4, 2), 'weight', 0.5)))\n"
        "print(from_dlpack(np.ones(2)).tolist())\n"
        "print(torch.nn.init.constant(torch.ones(2), 3).tolist(), torch.nn.utils.clip_grad_norm([], 1.0).item())\n"
    )
    ours = run(script)
    assert ours.stdout.split("\n") == ["[[0.0, 2.0], [3.0, 0.0]]", "True", "[1.0, 1.0]", "[3.0, 3.0] 0.0", ""], (
        ours.stderr
    )


def test_dtypes_are_printed_as_pytorchs(write):
    script = write(
        "import torch\nx = torch.zeros(2).double()\nprint(x.dtype, torch.zeros(1, dtype=torch.int8), repr(torch.bool))"
    )
    assert run(script).stdout == "torch.float64 tensor([0], dtype=torch.int8) torch.bool\n"


def test_scripting_leaves_modules_as_they_are(write):
    script = write("""
import torch
@torch.jit.script
def double(x):
    return x * 2
class Net(torch.nn.Module):
    @torch.jit.ignore
    def helper(self, x):
        return x + 1
    @torch.jit.export
    def forward(self, x):
        return self.helper(x) if not torch.jit.is_scripting() else x
net = Net()
print(torch.jit.trace(net, torch.ones(1)) is net, double(torch.ones(1)).item(), net(torch.ones(1)).item())
""")
    assert run(script).stdout == "True 2.0 2.0\n"


def test_private_names_that_scripts_of_layers_use(write):
    script = write("""
import torch.nn as nn
from torch.nn.init import _calculate_correct_fan, _calculate_fan_in_and_fan_out
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.utils import _pair, _triple
layer = nn.Conv2d(2, 3, 5)
print(isinstance(nn.BatchNorm2d(3), _BatchNorm), isinstance(layer, _ConvNd), isinstance(layer, _BatchNorm))
print(_pair(3), _pair([1, 2]), _triple(2), _calculate_fan_in_and_fan_out(layer.weight))
print(_calculate_correct_fan(layer.weight, "fan_out"))
""")
    assert run(script).stdout == "True True False\n(3, 3) (1, 2) (2, 2, 2) (50, 75)\n75\n"


def test_functions_that_torch_has_too(write):
    script = write("""
import torch
x = torch.tensor([[-1.0, 0.5, 2.0]])
print(torch.dropout(x, 0.5, False).tolist(), torch.selu(x).shape, torch.layer_norm(x, (3,)).sum().abs().item() < 1e-6)
print(torch.cosine_similarity(x, 2 * x).item(), torch.pairwise_distance(x, x + 1).shape, torch.relu_(x).tolist())
print(all(callable(getattr(torch, name)) for name in "celu prelu group_norm rms_norm bilinear threshold".split()))
""")
    lines = run(script).stdout.splitlines()
    assert lines[0] == "[[-1.0, 0.5, 2.0]] torch.Size([1, 3]) True" and lines[2] == "True"
    assert lines[1].endswith("torch.Size([1]) [[0.0, 0.5, 2.0]]") and abs(float(lines[1].split()[0]) - 1) < 1e-6
