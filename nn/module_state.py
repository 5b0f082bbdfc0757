"""Saving a module's parameters and buffers by their dotted names, and loading them again: everything or nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, NamedTuple

from autograd.array_like import array_of
from autograd.dtypes import of
from autograd.errors import ArgumentError, DTypeError, OperandError, complaint
from autograd.grad_mode import no_grad
from autograd.tensor import as_tensor_of
from nn.module_base import ModuleBase
from nn.parameter import Parameter, is_lazy

EXTRA = "_extra_state"


class IncompatibleKeys(NamedTuple):
    """Names that the module has and the state has not, and the other way round."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def own_state(module: ModuleBase) -> dict[str, Any]:
    """The parameters and persistent buffers that a module holds itself, by name."""
    held = chain(module._parameters.items(), module._buffers.items())
    return {name: x for name, x in held if x is not None and name not in module._not_saved}


def save(module: Any, destination: Any, prefix: str, keep_vars: bool) -> None:
    """Enter the state of a module and of all below it into `destination`."""
    for hook in module.hooks_of("state_dict_pre"):
        hook.call(module, prefix, keep_vars)
    metadata = {"version": module._version}
    if hasattr(destination, "_metadata"):
        destination._metadata[prefix[:-1]] = metadata
    module._save_to_state_dict(destination, prefix, keep_vars)
    for name, child in module._modules.items():
        if child is not None:
            save(child, destination, f"{prefix}{name}.", keep_vars)
    for hook in module.hooks_of("state_dict_post"):
        hook.call(module, destination, prefix, metadata)


def load(root: Any, state_dict: Mapping[str, Any], strict: bool, assign: bool) -> IncompatibleKeys:
    """Load a state into a module and all below it, or raise ArgumentError with everything that does not fit."""
    if not isinstance(state_dict, Mapping):
        raise OperandError(complaint("load_state_dict", "a dict of names and tensors", type(state_dict).__name__))
    plan = _Plan(state_dict, strict, assign)
    modules = [(f"{path}." if path else "", m) for path, m in root.named_modules(remove_duplicate=False)]
    for prefix, module in modules:
        plan.add(module, prefix)
    found = plan.incompatible()
    problems = (_listed(found) if strict else []) + plan.problems
    if problems:
        lines = "\n\t".join(problems)
        raise ArgumentError(f"Error(s) in loading state_dict for {type(root).__name__}; nothing was loaded:\n\t{lines}")
    with no_grad():
        for write in plan.writes:
            write()
    for _, module in modules:
        for hook in module.hooks_of("load_post"):
            hook.call(module, found)
    return found


class _Plan:
    """What loading would write, and everything that stands against it, before anything is written."""

    def __init__(self, state_dict: Mapping[str, Any], strict: bool, assign: bool) -> None:
        self.state = OrderedDict(state_dict)
        self.metadata = getattr(state_dict, "_metadata", {})
        self.strict = strict
        self.assign = assign
        self.expected: set[str] = set()
        self.missing: list[str] = []
        self.unexpected: list[str] = []
        self.problems: list[str] = []
        self.writes: list[Callable[[], Any]] = []

    def add(self, module: Any, prefix: str) -> None:
        """Plan for one module, without those below it."""
        metadata = {**self.metadata.get(prefix[:-1], {}), "assign_to_params_buffers": self.assign}
        for hook in module.hooks_of("load_pre"):
            hook.call(
                module, self.state, prefix, metadata, self.strict, self.missing, self.unexpected, self.problems
            )  # fmt: skip
        for name, tensor in own_state(module).items():
            self._add_tensor(module, name, prefix + name, tensor)
        if module.has_extra_state():
            self._expect(prefix + EXTRA, module.set_extra_state)

    def _expect(self, key: str, use: Callable[[Any], Any]) -> None:
        self.expected.add(key)
        if key in self.state:
            value = self.state[key]
            self.writes.append(lambda: use(value))
        else:
            self.missing.append(key)

    def _add_tensor(self, module: Any, name: str, key: str, tensor: Any) -> None:
        self.expected.add(key)
        if key not in self.state:
            self.missing.append(key)
            return
        value = self.state[key]
        if is_lazy(value):
            if not is_lazy(tensor):
                self.problems.append(f"{key} has no shape yet in the state_dict, the module has {tuple(tensor.shape)}.")
            return
        array, problem = _readable(value)
        if problem:
            self.problems.append(f'"{key}": expected a Tensor or an array of numbers, got {problem}.')
            return
        if is_lazy(tensor):
            self.writes.append(lambda: tensor.materialize(array.shape))
        elif tensor.shape == () and array.shape == (1,):
            array = array.reshape(())
        if not is_lazy(tensor) and array.shape != tensor.shape:
            self.problems.append(f"size mismatch for {key}: the state_dict has shape {tuple(array.shape)}, "
                                 f"the module has {tuple(tensor.shape)}.")  # fmt: skip
        elif self.assign:
            self.writes.append(lambda: setattr(module, name, _to_assign(tensor, value, array)))
        else:
            self.writes.append(lambda: tensor.copy_(as_tensor_of(array)))

    def incompatible(self) -> IncompatibleKeys:
        """The keys without a counterpart on the other side."""
        return IncompatibleKeys(self.missing, self.unexpected + [key for key in self.state if key not in self.expected])


def _readable(value: Any) -> tuple[Any, str]:
    """The array behind a value of a state, or what is wrong with it."""
    if not hasattr(value, "__array__"):
        return None, type(value).__name__
    array = array_of(value)
    try:
        of(array.dtype)
    except DTypeError:
        return None, f"an array of {array.dtype}"
    return array, ""


def _to_assign(before: Any, value: Any, array: Any) -> Any:
    """What stands in the place of `before` after loading with `assign=True`."""
    if not isinstance(before, Parameter):
        return value if isinstance(value, type(before)) else as_tensor_of(array)
    if isinstance(value, Parameter):
        value.requires_grad_(before.requires_grad)
        return value
    return Parameter(array, requires_grad=before.requires_grad)


def _listed(found: IncompatibleKeys) -> list[str]:
    lines = []
    for title, keys in (("Missing", found.missing_keys), ("Unexpected", found.unexpected_keys)):
        if keys:
            lines.append(f"{title} key(s) in state_dict: " + ", ".join(f'"{key}"' for key in keys) + ".")
    return lines
