"""Optimizers against PyTorch's: trajectories, state dicts, schedules of options."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
import optim
from autograd.tensor import as_tensor_of

torch = pytest.importorskip("torch")

OPTIONS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", {"amsgrad": True, "maximize": True}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.2, "decoupled_weight_decay": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.01, "weight_decay": 0.2, "amsgrad": True}),
    ("AdamW", {"maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.02, "initial_accumulator_value": 0.3, "eps": 1e-3}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.8, "weight_decay": 0.02, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"alpha": 0.9, "momentum": 0.9, "weight_decay": 0.02}),
    ("RMSprop", {"centered": True, "momentum": 0.5, "eps": 1e-3, "maximize": True}),
    ("RMSprop", {"centered": True}),
    ("Adamax", {}),
    ("Adamax", {"betas": (0.7, 0.9), "weight_decay": 0.1, "eps": 1e-3, "maximize": True}),
    ("NAdam", {}),
    ("NAdam", {"weight_decay": 0.1, "momentum_decay": 0.01}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"betas": (0.8, 0.9), "weight_decay": 0.1}),
    ("RAdam", {"betas": (0.8, 0.9), "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("Rprop", {}),
    ("Rprop", {"etas": (0.3, 1.5), "step_sizes": (1e-3, 0.02), "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.01, "alpha": 0.6, "t0": 4, "weight_decay": 0.1, "maximize": True}),
    ("Adafactor", {}),
    ("Adafactor", {"lr": 0.1, "eps": (1e-6, 1e-2), "d": 2.0, "weight_decay": 0.1, "maximize": True}),
]


def both(name: str, options: dict[str, Any], dtype: str, seed: int = 0) -> tuple[Any, Any, Any, Any]:
    source = np.random.default_rng(seed)
    values = [source.normal(size=shape).astype(dtype) for shape in ((7, 5), (300,), ())]
    theirs = [torch.tensor(v, requires_grad=True) for v in values]
    ours = [as_tensor_of(v.copy(), True) for v in values]
    return theirs, ours, getattr(torch.optim, name)(theirs, **options), getattr(optim, name)(ours, **options)


def walk(theirs: Any, ours: Any, steps: int, first: Any, second: Any, seed: int = 1) -> None:
    source = np.random.default_rng(seed)
    for step in range(steps):
        for t, o in zip(theirs, ours, strict=True):
            gradient = source.normal(size=o.shape).astype(o._array.dtype)
            absent = step == 3 and o._array.ndim == 1
            t.grad = None if absent else torch.tensor(gradient)
            o.grad = None if absent else as_tensor_of(gradient)
        first.step()
        second.step()


@pytest.mark.parametrize("dtype,tolerance", [("float64", 1e-12), ("float32", 2e-5)])
@pytest.mark.parametrize("name,options", OPTIONS)
def test_trajectories(name: str, options: dict[str, Any], dtype: str, tolerance: float) -> None:
    theirs, ours, first, second = both(name, options, dtype)
    walk(theirs, ours, 20, first, second)
    for t, o in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(o.detach().numpy(), t.detach().numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name,options", OPTIONS)
def test_state_travels_from_pytorch(name: str, options: dict[str, Any]) -> None:
    theirs, ours, first, second = both(name, options, "float64")
    walk(theirs, ours, 5, first, second)
    values = [t.detach().numpy().copy() for t in theirs]
    fresh = [as_tensor_of(v, True) for v in values]
    resumed = getattr(optim, name)(fresh, lr=99.0)
    resumed.load_state_dict(first.state_dict())
    walk(theirs, fresh, 5, first, resumed, seed=2)
    for t, o in zip(theirs, fresh, strict=True):
        np.testing.assert_allclose(o.detach().numpy(), t.detach().numpy(), rtol=1e-12, atol=1e-12)


def as_pytorchs(kept: Any) -> Any:
    if isinstance(kept, dict):
        return {key: as_pytorchs(value) for key, value in kept.items()}
    return torch.tensor(kept.numpy()) if isinstance(kept, ag.Tensor) else kept


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("name,options", OPTIONS)
def test_state_travels_to_pytorch(name: str, options: dict[str, Any], begun: bool) -> None:
    theirs, ours, first, second = both(name, options, "float64")
    walk(theirs, ours, 5 if begun else 0, first, second)
    fresh = [torch.tensor(o.detach().numpy().copy(), requires_grad=True) for o in ours]
    resumed = getattr(torch.optim, name)(fresh, lr=99.0)
    resumed.load_state_dict(as_pytorchs(second.state_dict()))
    walk(fresh, ours, 5, resumed, second, seed=2)
    for t, o in zip(fresh, ours, strict=True):
        np.testing.assert_allclose(o.detach().numpy(), t.detach().numpy(), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name,options", OPTIONS)
def test_state_has_pytorchs_names_and_shapes(name: str, options: dict[str, Any]) -> None:
    theirs, ours, first, second = both(name, options, "float32")
    walk(theirs, ours, 2, first, second)
    state, expected = second.state_dict()["state"], first.state_dict()["state"]
    described = {n: {k: tuple(v.shape) for k, v in kept.items()} for n, kept in state.items()}
    assert described == {
        n: {k: tuple(v.shape) for k, v in kept.items() if v is not None} for n, kept in expected.items() if any(
            v is not None for v in kept.values())
    }  # fmt: skip


def test_groups_have_options_of_their_own() -> None:
    values = np.ones(3)
    theirs = [torch.tensor(values, requires_grad=True) for _ in range(2)]
    ours = [as_tensor_of(values.copy(), True) for _ in range(2)]
    first = torch.optim.SGD([{"params": [theirs[0]], "lr": 0.5}, {"params": [theirs[1]]}], lr=0.1, momentum=0.9)
    second = optim.SGD([{"params": [ours[0]], "lr": 0.5}, {"params": [ours[1]]}], lr=0.1, momentum=0.9)
    walk(theirs, ours, 4, first, second)
    for group_a, group_b in zip(first.param_groups, second.param_groups, strict=True):
        group_a["lr"] = group_b["lr"] = 0.01
    walk(theirs, ours, 4, first, second, seed=5)
    for t, o in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(o.detach().numpy(), t.detach().numpy(), rtol=1e-12)


QUADRATIC = np.diag([1.0, 5.0, 30.0, 0.2])


def rosenbrock(x: Any) -> Any:
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


@pytest.mark.parametrize("options", [
    {}, {"lr": 0.5, "max_iter": 7, "history_size": 3}, {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "max_iter": 9, "history_size": 2, "max_eval": 11},
])  # fmt: skip
@pytest.mark.parametrize("problem", ["quadratic", "rosenbrock"])
def test_lbfgs(options: dict[str, Any], problem: str) -> None:
    start, found = np.array([-1.2, 1.0, -0.5, 0.8]), []
    for library, module in ((ag, optim), (torch, torch.optim)):
        x = library.tensor(start, requires_grad=True)
        y = library.tensor([2.0, 3.0], dtype=library.float64, requires_grad=True)
        matrix = library.tensor(QUADRATIC)
        optimizer = module.LBFGS([x, y], **{"lr": 1e-3 if problem == "rosenbrock" and not options else 1, **options})

        def closure(x: Any = x, y: Any = y, matrix: Any = matrix, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = (y * y).sum() + (x @ matrix @ x if problem == "quadratic" else rosenbrock(x))
            loss.backward()
            return loss

        losses = [float(optimizer.step(closure).detach()) for _ in range(3)]
        state = optimizer.state[x]
        found.append([*losses, *x.tolist(), *y.tolist(), state["func_evals"], state["n_iter"]])
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("options", [
    {}, {"nesterov": False, "momentum": 0.8, "weight_decay": 0.0}, {"adjust_lr_fn": "match_rms_adamw", "lr": 0.1},
])  # fmt: skip
def test_muon(options: dict[str, Any]) -> None:
    """PyTorch iterates in bfloat16: steps agree to some hundredths."""
    source, found = np.random.default_rng(0), []
    values = [source.normal(size=shape).astype(np.float32) for shape in ((8, 5), (3, 7))]
    gradients = [[source.normal(size=v.shape).astype(np.float32) for v in values] for _ in range(4)]
    for library, module in ((ag, optim), (torch, torch.optim)):
        params = [library.tensor(v, requires_grad=True) for v in values]
        optimizer = module.Muon(params, **options)
        for step in gradients:
            for param, gradient in zip(params, step, strict=True):
                param.grad = library.tensor(gradient)
            optimizer.step()
        found.append([(p.detach().numpy() - v) for p, v in zip(params, values, strict=True)])
    for got, want in zip(*found, strict=True):
        assert np.linalg.norm(got - want) < 0.05 * np.linalg.norm(want)


@pytest.mark.parametrize("options", [{}, {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "maximize": True}])
def test_sparse_adam(options):
    rng = np.random.default_rng(0)
    table = rng.standard_normal((6, 3))
    theirs, ours = torch.tensor(table, requires_grad=True), ag.tensor(table, requires_grad=True)
    optimizers = torch.optim.SparseAdam([theirs], **options), optim.SparseAdam([ours], **options)
    for rows in ([0, 2, 2], [1], [0, 5]):
        values = rng.standard_normal((len(rows), 3))
        theirs.grad = torch.sparse_coo_tensor(torch.tensor([rows]), torch.tensor(values), (6, 3), check_invariants=True)
        ours.grad = ag.zeros(6, 3, dtype=ag.float64).index_add(0, ag.tensor(rows), ag.tensor(values))
        for optimizer in optimizers:
            optimizer.step()
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-12)
    for name in ("exp_avg", "exp_avg_sq"):
        states = optimizers[1].state[ours][name].numpy(), optimizers[0].state[theirs][name].numpy()
        np.testing.assert_allclose(*states, rtol=1e-12)


def test_sparse_adam_of_a_single_number():
    x = ag.tensor(1.0, requires_grad=True)
    x.grad = ag.tensor(2.0)
    optim.SparseAdam([x], lr=0.5).step()
    assert x.item() == pytest.approx(0.5)
