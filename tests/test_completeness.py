"""Every operation has a case: what `autograd`, `autograd.linalg` and `nn.functional` offer, and what they are made of.

A public operation needs a case that calls it, itself or in a lambda. For one inside the library it is enough that some
case runs it, forward or as part of a gradient: the checks of `tests.conformance` hold values, gradients and second
derivatives to account there too.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import autograd as ag
import autograd.ops
import nn.functional
from autograd.engine import ancestors
from autograd.operation import Operation
from autograd.tensor import Tensor
from tests.conformance import OpCase, leaf_inputs, nested_inputs

ROOT = Path(__file__).parent.parent
PUBLIC = (ag, ag.linalg, nn.functional)
HOMES = ("autograd.ops.", "nn.functional")
RANDOM = (
    "alpha_dropout", "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout", "gumbel_softmax",
)  # fmt: skip
IN_PLACE = ("celu", "elu", "hardtanh", "leaky_relu", "relu", "rrelu", "selu", "threshold")
RANDOM_OPERATIONS = ("standard_gamma",)
TESTED_OTHERWISE = {
    "autograd.broadcast_shapes": "takes shapes",
    **{f"nn.functional.{name}": "draws random numbers" for name in RANDOM},
    **{f"nn.functional.{name}_": "writes to its operand" for name in IN_PLACE},
}


@cache
def cases() -> list[OpCase]:
    files = sorted([*ROOT.glob("tests/autograd/ops/test_*.py"), *ROOT.glob("tests/nn/functional/test_*.py")])
    modules = [import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)) for path in files]
    return [case for module in modules for case in getattr(module, "CASES", [])]


def public_operations() -> list[tuple[str, Callable[..., Any]]]:
    """Public functions that live where operations do; the others make tensors, set modes, or draw numbers."""
    found = [(f"{module.__name__}.{name}", getattr(module, name)) for module in PUBLIC for name in module.__all__]
    functions = [(name, item) for name, item in found if inspect.isfunction(item) and name not in TESTED_OTHERWISE]
    return [(name, item) for name, item in functions if item.__module__.startswith(HOMES)]


def declared_operations() -> Iterator[tuple[str, Operation]]:
    """What `@elementwise` and `@operation` made of the functions in `autograd.ops`."""
    for info in pkgutil.iter_modules(autograd.ops.__path__, "autograd.ops."):
        module = import_module(info.name)
        for name, item in vars(module).items():
            if hasattr(item, "operation") and item.__module__ == module.__name__:
                yield f"{info.name}.{name}", item.operation


def operations_behind(tensors: list[Any]) -> set[str]:
    """The names of the recorded operations that the tensors come from."""
    nodes = ancestors([x._node for x in tensors if isinstance(x, Tensor) and x._node is not None])
    return {node.operation.name for node in nodes if hasattr(node, "operation")}


def operations_run_by(case: OpCase) -> set[str]:
    """The names of the operations in the result of a case, and in its gradients."""
    leaves = leaf_inputs(case)
    if leaves is None:
        return set()
    result = case.op(*nested_inputs(case, leaves), **case.kwargs)
    outputs = [y for y in (result if isinstance(result, tuple | list) else [result]) if y.requires_grad]
    wanted = [x for x in leaves if isinstance(x, Tensor) and x.requires_grad]
    seeds = [ag.ones(y.shape, dtype=y.dtype, requires_grad=True) for y in outputs]
    gradients = ag.grad(outputs, wanted, seeds, create_graph=True, allow_unused=True)
    return operations_behind(outputs) | operations_behind(list(gradients))


def called_in(function: Callable[..., Any]) -> Iterator[str]:
    """The names of the function and, if it is one of a test's own, of what it calls."""
    yield getattr(function, "__name__", "")
    if getattr(function, "__module__", "").startswith("tests."):
        yield from function.__code__.co_names
        for cell in function.__closure__ or ():
            if callable(cell.cell_contents):
                yield from called_in(cell.cell_contents)


@cache
def called() -> set[str]:
    return {name for case in cases() for name in called_in(case.op)}


@cache
def run_by_some_case() -> set[str]:
    return set().union(*(operations_run_by(case) for case in cases()))


def test_every_public_operation_has_a_case() -> None:
    spellings = {name: {name.rpartition(".")[2], function.__name__} for name, function in public_operations()}
    assert [name for name, known_as in spellings.items() if known_as.isdisjoint(called())] == []


def test_every_declared_operation_is_run_by_a_case() -> None:
    tested = {id(case.op.operation) for case in cases() if hasattr(case.op, "operation")}
    untested = [(name, item) for name, item in declared_operations() if id(item) not in tested]
    tested_otherwise = run_by_some_case() | set(RANDOM_OPERATIONS)
    assert [name for name, item in untested if item.name not in tested_otherwise] == []


def test_the_cases_are_found() -> None:
    assert len(cases()) > 1000 and {"mul", "exp", "cat", "einsum"} <= called()
    assert {"mul", "exp", "cat", "sum"} <= run_by_some_case()
