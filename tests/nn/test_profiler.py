"""Profiles of models: calls and paths of modules, their backward passes, optimizers and loaders."""

import json

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.observation import observed
from autograd.profiler import profile, record_function


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Linear(4 * 5 * 5, 3)

    def forward(self, x):
        return self.head(self.features(x).flatten(1))


def batch(count=4):
    rng = np.random.default_rng(0)
    return ag.tensor(rng.normal(size=(count, 1, 12, 12)).astype(np.float32)), ag.tensor(np.arange(count) % 3)


def calls(prof):
    return {row.path: row.count for row in prof.by_module()}


def test_modules_of_a_cnn_are_counted_by_their_paths():
    net, criterion, (inputs, targets) = Net(), nn.CrossEntropyLoss(), batch()
    with profile() as prof:
        for _ in range(3):
            criterion(net(inputs), targets).backward()
    assert calls(prof) == {
        "Net": 3, "Net.features": 3, "Net.features.0": 3, "Net.features.1": 3, "Net.features.2": 3, "Net.head": 3,
        "CrossEntropyLoss": 3, "": 0,
    }  # fmt: skip
    rows = {(row.key, row.is_backward): row.count for row in prof.key_averages()}
    assert rows["nn.Module: Net.features.0", False] == rows["linear", False] == rows["cross_entropy", False] == 3
    assert rows["CorrelateBackward0", True] == rows["LinearBackward0", True] == 3
    assert rows["AccumulateGrad", True] == 12


def test_each_backward_belongs_to_the_module_of_its_forward():
    net, criterion, (inputs, targets) = Net(), nn.CrossEntropyLoss(), batch()
    with profile() as prof:
        criterion(net(inputs), targets).backward()
    nodes = {event.name: event.module for event in prof.events() if event.kind == "backward"}
    assert nodes["CorrelateBackward0"] == "Net.features.0" and nodes["ReluBackward0"] == "Net.features.1"
    assert nodes["LinearBackward0"] == "Net.head" and nodes["CrossEntropyBackward0"] == "CrossEntropyLoss"
    assert nodes["ReshapeBackward0"] == "Net" and nodes["AccumulateGrad"] == ""
    within = [event for event in prof.events() if event.cpu_parent and event.cpu_parent.name == "LinearBackward0"]
    assert within and all(event.is_backward and event.module == "Net.head" for event in within)


def test_rows_of_modules_add_up():
    net, criterion, (inputs, targets) = Net(), nn.CrossEntropyLoss(), batch()
    with profile(profile_memory=True) as prof:
        criterion(net(inputs), targets).backward()
    rows = {row.path: row for row in prof.by_module()}
    whole, inside = rows["Net"], [row for path, row in rows.items() if path.startswith("Net")]
    for way in ("forward", "backward"):
        total = sum(getattr(row, f"self_{way}_time") for row in inside)
        assert 0 < getattr(whole, f"{way}_time") == pytest.approx(total)
        assert getattr(whole, f"{way}_memory") == sum(getattr(row, f"self_{way}_memory") for row in inside)
    call = next(event for event in prof.events() if event.name == "nn.Module: Net")
    assert whole.forward_time == pytest.approx(call.cpu_time_total)
    outermost = sum(rows[path].total_time for path in ("", "Net", "CrossEntropyLoss"))
    assert outermost == pytest.approx(prof.self_cpu_time_total)
    assert rows["Net.features.0"].forward_memory == 4 * 4 * 10 * 10 * 4  # the images that it makes, in float32
    assert "Net.features.0" in prof.by_module().table(sort_by="total_time")


def test_modules_of_one_class_are_told_apart():
    first, second, x = nn.Linear(3, 3), nn.Linear(3, 3), ag.ones(2, 3)
    with profile() as prof:
        second(first(first(x)))
    assert calls(prof) == {"Linear": 2, "Linear_1": 1}


def test_a_module_has_the_path_within_the_model_that_runs():
    encoder, x = nn.Linear(4, 4), ag.ones(2, 4)
    first, second = nn.Sequential(encoder, nn.ReLU()), nn.ModuleDict({"encoder": encoder})
    second.forward = lambda x: second["encoder"](x)
    with profile() as prof:
        for call in (encoder, first, second, first, encoder):
            call(x).sum().backward()
    assert calls(prof) == {
        "Linear": 2, "Sequential": 2, "Sequential.0": 2, "Sequential.1": 2, "ModuleDict": 1, "ModuleDict.encoder": 1,
        "": 0,
    }  # fmt: skip
    rows = {row.path: row for row in prof.by_module()}
    for path, parts in {"Sequential": ("0", "1"), "ModuleDict": ("encoder",)}.items():
        within = [rows[path], *(rows[f"{path}.{part}"] for part in parts)]
        assert rows[path].forward_time == pytest.approx(sum(row.self_forward_time for row in within))
        assert rows[path].backward_time == pytest.approx(sum(row.self_backward_time for row in within))
        assert rows[path].backward_time > 0


def test_a_profile_may_end_in_another_thread_while_a_module_is_called(monkeypatch):
    class Ending:
        observers = iter([profile()._make()])

        @property
        def observer(self):
            return next(self.observers, None)

    monkeypatch.setattr("nn.module.observed", Ending())
    assert nn.Identity()(3) == 3


def test_shapes_are_those_of_tensors():
    class Masked(nn.Module):
        def forward(self, x, mask):
            return x * 2

    class Mask:
        shape = None

    with profile(record_shapes=True) as prof:
        Masked()(ag.ones(2, 3), Mask())
    assert prof.events()[0].input_shapes == [[2, 3], []]


def test_a_module_that_is_made_within_a_call():
    class Late(nn.Module):
        def forward(self, x):
            return nn.Identity()(x) + 1

    with profile() as prof:
        Late()(ag.ones(2))
    assert calls(prof) == {"Late": 1, "Late.Identity": 1}


def test_modules_made_anew_at_every_call_are_one_row():
    class Late(nn.Module):
        def __init__(self):
            super().__init__()
            self.kept = nn.Linear(2, 2)

        def forward(self, x):
            return nn.Sequential(self.kept, nn.Sequential(nn.Tanh()))(x)

    model, x = Late(), ag.ones(3, 2)
    with profile() as prof:
        for _ in range(4):
            nn.MSELoss()(model(x), ag.zeros(3, 2)).backward()
    assert calls(prof) == {
        "Late": 4, "Late.Sequential": 4, "Late.kept": 4, "Late.Sequential.1": 4, "Late.Sequential.1.0": 4, "MSELoss": 4,
        "": 0,
    }  # fmt: skip
    assert not {row.key for row in prof.key_averages() if "_1" in row.key}


@pytest.mark.parametrize("kind", ["lstm", "attention", "transformer"])
def test_gradients_are_those_without_a_profile(kind):
    ag.manual_seed(0)
    x = ag.randn(5, 2, 8)
    model = {
        "lstm": lambda: nn.LSTM(8, 8, num_layers=2, bidirectional=True),
        "attention": lambda: nn.MultiheadAttention(8, 2),
        "transformer": lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0),
    }[kind]()

    def gradients():
        model.zero_grad()
        out = model(x, x, x)[0] if kind == "attention" else model(x)[0] if kind == "lstm" else model(x)
        (out**2).sum().backward()
        return [p.grad.numpy().copy() for p in model.parameters()]

    expected = gradients()
    with profile(record_shapes=True, with_stack=True) as prof:
        found = gradients()
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)
    name = type(model).__name__
    row = next(row for row in prof.by_module() if row.path == name)
    assert row.count == 1 and row.forward_time > 0 and row.backward_time > 0
    assert any(event.name.endswith("Backward0") and event.module.startswith(name) for event in prof.events())


def test_hooks_run_as_ever():
    module, heard = nn.Linear(2, 2), []
    module.register_forward_hook(lambda m, args, out: heard.append("forward"))
    module.register_full_backward_hook(lambda m, before, after: heard.append("backward"))
    with profile() as prof:
        module(ag.ones(1, 2, requires_grad=True)).sum().backward()
    assert heard == ["forward", "backward"] and calls(prof)["Linear"] == 1


def test_what_is_computed_again_belongs_to_the_backward_pass():
    module = nn.Linear(3, 3)
    with profile() as prof:
        ag.checkpoint(module, ag.ones(2, 3, requires_grad=True), use_reentrant=False).sum().backward()
    found = [event.is_backward for event in prof.events() if event.name == "linear"]
    assert found == [False, True]


@pytest.mark.parametrize("make", [optim.Adam, optim.SGD, optim.LBFGS])
def test_steps_of_optimizers_are_rows(make):
    p = nn.Parameter(ag.ones(3))
    optimizer = make([p], lr=0.1)

    def loss():
        optimizer.zero_grad()
        value = (p**2).sum()
        value.backward()
        return value

    with profile() as prof:
        for _ in range(2):
            loss()
            optimizer.step(loss if make is optim.LBFGS else None)
    row = next(row for row in prof.key_averages() if row.key == f"Optimizer.step#{make.__name__}.step")
    assert row.count == 2 and not row.is_backward


@pytest.mark.parametrize(("workers", "name"), [(0, "_SingleProcess"), (1, "_MultiProcessing")])
def test_waiting_for_batches_is_a_row(workers, name):
    loader = nn.data.DataLoader(nn.data.TensorDataset(ag.arange(7)), batch_size=2, num_workers=workers)
    with profile() as prof:
        for (items,) in loader:
            items + 1
    rows = {row.key: row.count for row in prof.key_averages()}
    assert rows[f"enumerate(DataLoader)#{name}DataLoaderIter.__next__"] == rows["add"] == 4


def test_a_module_that_raises():
    module = nn.Sequential(nn.Linear(3, 3), nn.Linear(4, 4))
    with profile() as prof:
        with pytest.raises(RuntimeError, match=r"^1 \(Linear\): "):
            module(ag.ones(2, 3))
        with record_function("after"):
            nn.Linear(2, 2)(ag.ones(1, 2))
    assert calls(prof) == {"": 0, "Linear": 1}
    assert [event.name for event in prof.events()] == ["after", "nn.Module: Linear", "linear"]
    assert observed.observer is None


def test_the_trace_names_modules(tmp_path):
    net, (inputs, targets) = Net(), batch()
    with profile() as prof:
        nn.functional.cross_entropy(net(inputs), targets).backward()
    prof.export_chrome_trace(tmp_path / "trace.json")
    entries = {e["name"]: e for e in json.loads((tmp_path / "trace.json").read_text())["traceEvents"] if e["ph"] == "X"}
    assert entries["nn.Module: Net.head"]["cat"] == "python_function"
    assert entries["LinearBackward0"]["args"] == {
        "pass": "backward", "module": "Net.head", "self bytes": entries["LinearBackward0"]["args"]["self bytes"],
        "total bytes": entries["LinearBackward0"]["args"]["total bytes"],
    }  # fmt: skip
