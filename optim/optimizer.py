"""Optimizer: parameter groups, state and the step loop, written once for all algorithms."""

from __future__ import annotations

import numbers
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import numpy as np

from autograd import memory
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.grad_mode import enable_grad
from autograd.tensor import Tensor, as_tensor_of
from autograd.typing import Array
from optim.hooks import HookedOptimizer, register_optimizer_step_post_hook, register_optimizer_step_pre_hook

__all__ = ["Optimizer", "register_optimizer_step_post_hook", "register_optimizer_step_pre_hook"]

_NO_OPTIONS = frozenset(("foreach", "fused", "capturable", "differentiable"))
"""Arguments that are accepted for PyTorch's sake and change nothing."""

_PLAIN = frozenset((int, float, bool, type(None)))
"""Types of options that are what they are; others may be tensors, or hold some."""


class Optimizer(HookedOptimizer):
    """Base of the algorithms.

    A subclass declares `init_state(param, group)`, the arrays that it keeps for a parameter, and
    `update(param, grad, state, first=..., **group)`, which changes `param` and the state in place, or instead of it
    `update_together`, which does so for many parameters at once. `params` are tensors, pairs of name and tensor, or
    dicts with "params" and options of their own; `defaults` are the options for all others. `steps_taken` counts the
    calls of `step`.
    Raises ArgumentError for an empty list or a parameter in two groups, OperandError for what is no leaf tensor.
    """

    def __init__(self, params: Iterable[Any], defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Tensor]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        self._watch()
        groups = self._listed(params)
        if not groups:
            raise ArgumentError(complaint(self._name, "parameters", "an empty list", "Pass model.parameters()"))
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    @property
    def _name(self) -> str:
        return type(self).__name__

    def init_state(self, param: Array, group: dict[str, Any]) -> dict[str, Array]:
        """The arrays to keep for a parameter, none by default; one named "step" counts the steps."""
        return {}

    def update(self, param: Array, grad: Array, state: dict[str, Array], *, first: bool, **group: Any) -> None:
        """Change the parameter and its state in place for one step; `first` says that the state is new."""
        raise NotImplementedError

    def update_together(
        self, params: list[Array], grads: list[Array], states: list[dict[str, Tensor]], *, first: list[bool],
        **group: Any,
    ) -> None:  # fmt: skip
        """As `update` for all parameters of a group, whose step counts are still those of the step before."""
        for param, grad, state, begins in zip(params, grads, states, first):
            arrays = {name: kept._array for name, kept in state.items()}
            if "step" in arrays:
                arrays["step"] += 1
            if param.dtype.itemsize == 2:
                values = param.astype(np.float32)
                self.update(values, grad.astype(np.float32), arrays, first=begins, **group)
                param[...] = values
            else:
                self.update(param, grad, arrays, first=begins, **group)

    def check(self, group: dict[str, Any]) -> None:
        """Raise ArgumentError where an option is outside its domain."""

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters with options of their own, for example a new head with another `lr`.

        Raises OperandError for what is no dict with "params", ArgumentError for names that some parameters lack.
        """
        if not isinstance(param_group, dict) or "params" not in param_group:
            kind = f"one with {sorted(param_group)}" if isinstance(param_group, dict) else type(param_group).__name__
            raise OperandError(complaint(f"{self._name}.add_param_group", 'a dict with "params"', kind))
        given = param_group["params"]
        entries = [given] if isinstance(given, Tensor) else self._listed(given)
        group = {**param_group, **{name: x for name, x in self.defaults.items() if name not in param_group}}
        entries = self._named(entries, group)
        for param in entries:
            if not isinstance(param, Tensor) or not param.is_leaf:
                kind = repr(param.grad_fn) if isinstance(param, Tensor) else type(param).__name__
                raise OperandError(complaint(self._name, "leaf tensors to optimize", kind))
        known = {id(p) for other in self.param_groups for p in other["params"]}
        if len({id(p) for p in entries}) < len(entries) or any(id(p) in known for p in entries):
            raise ArgumentError(complaint(self._name, "each parameter once", "one that appears twice"))
        rate = group.get("lr", 0.0)
        if not isinstance(rate, numbers.Real | Tensor):
            raise OperandError(complaint(self._name, "lr as a number", f"{rate!r}, a {type(rate).__name__}"))
        self.check(group)
        group["params"] = entries
        self.param_groups.append(group)

    def _listed(self, params: Any) -> list[Any]:
        """The parameters or groups as a list; an error for what has no order, or holds none."""
        if isinstance(params, Tensor | dict | set | frozenset) or not isinstance(params, Iterable):
            raise OperandError(
                complaint(self._name, "a list of tensors or of dicts", f"one {type(params).__name__}",
                          "Wrap it in a list: [parameter]" if isinstance(params, Tensor | dict) else "")
            )  # fmt: skip
        return list(params)

    def _named(self, entries: list[Any], group: dict[str, Any]) -> list[Any]:
        """The parameters alone; the group keeps their names. All parameters have one, or none has."""
        named = [isinstance(entry, tuple) for entry in entries]
        before = ["param_names" in other for other in self.param_groups if other["params"]]
        if len({*named, *before}) > 1:
            raise ArgumentError(complaint(self._name, "a name for every parameter, or for none", "names for some"))
        if not any(named):
            return entries
        names = [name for name, _ in entries]
        if len(set(names)) < len(names):
            raise ArgumentError(complaint(self._name, "each name once in a group", ", ".join(names)))
        group["param_names"] = names
        return [param for _, param in entries]

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for group in self.param_groups:
            for param in group["params"]:
                if set_to_none:
                    param._grad = None
                elif param._grad is not None:
                    param._grad = as_tensor_of(np.zeros_like(param._grad._array))

    def _take_step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            params = [param for param in group["params"] if param._grad is not None]
            if params:
                self._update_group(params, group)
        return loss

    def _update_group(self, params: list[Any], group: dict[str, Any]) -> None:
        arrays = [param._array for param in params]
        kept = [self.state.get(param) for param in params]
        first = [not state for state in kept]
        states = [state or self._begin(param, group) for state, param in zip(kept, params)]
        options = {name: group[name] for name in self.defaults if name not in _NO_OPTIONS}
        for name in [name for name, option in options.items() if type(option) not in _PLAIN]:
            options[name] = _plain(options[name])
        self.update_together(arrays, [param._grad._array for param in params], states, first=first, **options)
        memory.wrote_all(arrays)

    def _begin(self, param: Any, group: dict[str, Any]) -> dict[str, Tensor]:
        array = param._array
        values = array.astype(np.float32) if array.dtype.itemsize == 2 else array
        state = {name: as_tensor_of(kept) for name, kept in self.init_state(values, group).items()}
        if state:
            self.state[param] = state
        return state

    def state_dict(self) -> dict[str, Any]:
        """Options and state, parameters replaced by their numbers, in PyTorch's layout."""
        for before in list(self._save_pre):
            before(self)
        numbers = {id(p): i for i, p in enumerate(self._all_params())}
        groups = [
            {**{k: v for k, v in group.items() if k != "params"}, "params": [numbers[id(p)] for p in group["params"]]}
            for group in self.param_groups
        ]
        saved = {"state": {numbers[id(p)]: dict(kept) for p, kept in self.state.items()}, "param_groups": groups}
        for after in list(self._save_post):
            changed = after(self, saved)
            saved = saved if changed is None else changed
        return saved

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over options and state that `state_dict` gave, of this library or of PyTorch.

        Raises ArgumentError, having changed nothing, where groups, parameters or shapes do not match.
        """
        state_dict = dict(state_dict)
        for before in list(self._load_pre):
            changed = before(self, state_dict)
            state_dict = state_dict if changed is None else changed
        self._load(state_dict)
        for after in list(self._load_post):
            after(self)

    def _load(self, state_dict: dict[str, Any]) -> None:
        saved = state_dict["param_groups"]
        if [len(group["params"]) for group in saved] != [len(group["params"]) for group in self.param_groups]:
            sizes = [len(group["params"]) for group in self.param_groups]
            raise ArgumentError(
                complaint(f"{self._name}.load_state_dict", f"groups of {sizes} parameters",
                          f"groups of {[len(group['params']) for group in saved]}")
            )  # fmt: skip
        numbers = [number for group in saved for number in group["params"]]
        params = dict(zip(numbers, self._all_params(), strict=True))
        options = {id(p): group for mine, group in zip(self.param_groups, saved, strict=True) for p in mine["params"]}
        state = {
            params[n]: self._loaded(params[n], kept, {**self.defaults, **options[id(params[n])]})
            for n, kept in state_dict["state"].items()
            if n in params
        }
        self.state = defaultdict(dict, state)
        self.param_groups = [
            {**group, **deepcopy({k: v for k, v in options.items() if k != "params"})}
            for group, options in zip(self.param_groups, saved, strict=True)
        ]

    def _loaded(self, param: Any, kept: dict[str, Any], group: dict[str, Any]) -> dict[str, Any]:
        """A parameter's state as this library keeps it."""
        values = param._array.astype(np.float32) if param._array.dtype.itemsize == 2 else param._array
        expected = self.init_state(values, group)
        loaded = {}
        for name, value in kept.items():
            if value is None:
                continue
            if name not in expected:
                loaded[name] = _own(value)
                continue
            given = np.asarray(value.detach().numpy() if hasattr(value, "detach") else value)
            like = expected[name]
            if given.shape != like.shape and given.ndim:
                raise ArgumentError(
                    complaint(f"{self._name}.load_state_dict", f"{name} of shape {like.shape} for a parameter of shape "
                              f"{tuple(param.shape)}", f"shape {given.shape}")
                )  # fmt: skip
            loaded[name] = as_tensor_of(np.array(given, dtype=like.dtype))
        return loaded

    def _all_params(self) -> list[Any]:
        return [param for group in self.param_groups for param in group["params"]]

    def __repr__(self) -> str:
        groups = []
        for i, group in enumerate(self.param_groups):
            options = [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
            groups.append("\n".join([f"Parameter Group {i}", *options, ""]))
        return "\n".join([f"{self._name} (", *groups]) + ")"


def _own(value: Any) -> Any:
    """A copy of an entry of a state; a tensor, of this library or of PyTorch, becomes one of this library."""
    return as_tensor_of(np.array(value.detach().numpy())) if hasattr(value, "detach") else deepcopy(value)


def _plain(option: Any) -> Any:
    """An option as a number where it is a tensor of one element."""
    if isinstance(option, tuple):
        return tuple(_plain(part) for part in option)
    return option.item() if isinstance(option, Tensor) else option


def check_option(optimizer: Any, name: str, value: Any, fits: bool, domain: str) -> None:
    """Raise ArgumentError unless the option `fits` its `domain`."""
    if not fits:
        raise ArgumentError(complaint(type(optimizer).__name__, f"{name} {domain}", f"{name}={value}"))


def arrays_of(states: list[dict[str, Tensor]], name: str) -> list[Array]:
    """The arrays of that name, one of each parameter's state."""
    return [state[name]._array for state in states]
