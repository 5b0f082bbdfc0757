"""Modules as functions of their parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from autograd.errors import ArgumentError, OperandError, complaint
from autograd.ops.joining import stack
from autograd.tensor import Tensor
from nn.module import Module

__all__ = ["functional_call", "stack_module_state"]

Tensors = Mapping[str, Tensor]


def functional_call(
    module: Module, parameter_and_buffer_dicts: Tensors | Sequence[Tensors], args: Any = None,
    kwargs: dict[str, Any] | None = None, *, tie_weights: bool = True, strict: bool = False,
) -> Any:  # fmt: skip
    """`module(*args, **kwargs)` with other tensors in the place of its parameters and buffers, as they are named.

    Several dicts count as one. Names that are not given keep their values, unless `strict`; tensors that the module
    holds under several names are replaced together, unless `tie_weights` is False. Gradients reach the tensors given.
    In-place changes, as of running means, happen to these, and the module is as before afterwards.
    Raises ArgumentError for names that the module does not have. Source: PyTorch, `torch.func.functional_call`.
    """
    groups = [parameter_and_buffer_dicts] if isinstance(parameter_and_buffer_dicts, Mapping) else list(
        parameter_and_buffer_dicts
    )  # fmt: skip
    given: dict[str, Tensor] = {}
    for group in groups:
        if given.keys() & group.keys():
            raise ArgumentError(
                complaint("functional_call", "each name once", str(sorted(given.keys() & group.keys())))
            )
        given.update(group)
    inputs = () if args is None else args if isinstance(args, tuple) else (args,)
    with _in_place_of(module, given, tie_weights, strict):
        return module(*inputs, **(kwargs or {}))


@contextmanager
def _in_place_of(module: Module, given: Tensors, tie_weights: bool, strict: bool) -> Iterator[None]:
    places = dict(_places(module))
    absent = given.keys() - places.keys() or (strict and places.keys() - given.keys())
    if absent:
        told = f"{', '.join(sorted(absent))}, which one of them lacks"
        raise ArgumentError(complaint("functional_call", f"names of {type(module).__name__}", told))
    chosen = {id(register[name]): given[path] for path, (register, name) in places.items() if path in given}
    before = []
    for path, (register, name) in places.items():
        held = register[name]
        if path in given or (tie_weights and id(held) in chosen):
            before.append((register, name, held))
            register[name] = given[path] if path in given else chosen[id(held)]
    try:
        yield
    finally:
        for register, name, held in before:
            register[name] = held


def _places(module: Module) -> Iterator[tuple[str, tuple[dict[str, Any], str]]]:
    """The registers that hold the parameters and buffers, by the tensors' dotted paths."""
    for prefix, part in module.named_modules(remove_duplicate=False):
        for register in (part._parameters, part._buffers):
            for name, held in register.items():
                if held is not None:
                    yield f"{prefix}.{name}" if prefix else name, (register, name)


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters and the buffers of models of one form, each stacked along a new first dimension.

    The parameters are leaves that require grad. With `vmap` and `functional_call` they make an ensemble.
    Raises OperandError where there is no model, or models of different classes.
    """
    if not models or len({type(model) for model in models}) > 1:
        given = str([type(model).__name__ for model in models])
        raise OperandError(complaint("stack_module_state", "models of one class, at least one", given))
    parameters = [dict(model.named_parameters()) for model in models]
    buffers = [dict(model.named_buffers()) for model in models]
    return (
        {name: stack([p[name].detach() for p in parameters]).requires_grad_() for name in parameters[0]},
        {name: stack([b[name] for b in buffers]) for name in buffers[0]},
    )
