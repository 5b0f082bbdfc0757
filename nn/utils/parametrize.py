"""Parametrizations: a parameter that is computed, at every access, from others without constraints."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar

from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.tensor import Tensor
from nn.layers.container import ModuleDict, ModuleList
from nn.module import Module
from nn.parameter import Parameter


class _Cache(threading.local):
    """How many `cached()` blocks are open in this thread, and what was computed in them."""

    depth = 0

    def __init__(self) -> None:
        self.values: dict[Any, Any] = {}


_cache = _Cache()


@contextmanager
def cached() -> Iterator[None]:
    """Within the block a parametrized tensor is computed at its first access only."""
    _cache.depth += 1
    try:
        yield
    finally:
        _cache.depth -= 1
        if not _cache.depth:
            _cache.values.clear()


class ParametrizationList(ModuleList):
    """The parametrizations of one tensor, `module.parametrizations.weight`, and what they start from.

    That is `original`, or `original0`, `original1`, ... where the first parametrization takes several tensors.
    `register_parametrization` makes it. The parametrizations' `right_inverse` give the first values.
    """

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        with no_grad():
            found: Any = original
            for module in reversed(list(self)):
                found = _inverted(module, found)
        self.is_tensor = isinstance(found, Tensor)
        self.ntensors = 1 if self.is_tensor else len(_several(found))
        if self.is_tensor:
            _check_dtype("right_inverse", found, dtype)
            original.data = found.detach()  # the same object, which an optimizer may hold
            _register(self, "original", original)
        else:
            for i, x in enumerate(found):
                _register(self, f"original{i}", _like(original, x))
        if not unsafe:
            _check_alike("register_parametrization", self(), shape, dtype)

    def forward(self) -> Any:
        """The tensor, computed from the originals."""
        first, *others = self
        found = first(*self.originals())
        for module in others:
            found = module(found)
        return found

    def originals(self) -> list[Any]:
        """`original`, or `original0`, `original1`, ..."""
        return [self.original] if self.is_tensor else [getattr(self, f"original{i}") for i in range(self.ntensors)]

    def right_inverse(self, value: Any) -> None:
        """Set the originals so that the parametrized tensor becomes `value`.

        Raises ArgumentError where a parametrization defines no `right_inverse`.
        """
        with no_grad():
            found: Any = value.detach()
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    name = type(module).__name__
                    raise ArgumentError(complaint("assignment to a parametrized tensor", "a parametrization with "
                                                  "right_inverse", f"{name}, which has none"))  # fmt: skip
                found = module.right_inverse(found)
        values = [found] if self.is_tensor else _several(found)
        if len(values) != self.ntensors:
            raise ArgumentError(complaint("right_inverse", f"{self.ntensors} tensors", str(len(values))))
        for original, x in zip(self.originals(), values, strict=True):
            _check_dtype("right_inverse", x, original.dtype)
            original.data = x.detach()


def _inverted(module: Any, value: Any) -> Any:
    """What `right_inverse` makes of the value; the value itself where there is none."""
    if not hasattr(module, "right_inverse"):
        return value
    try:
        return module.right_inverse(value)
    except NotImplementedError:
        return value


def _several(found: Any) -> Sequence[Any]:
    if not isinstance(found, Sequence) or not all(isinstance(x, Tensor) for x in found):
        raise OperandError(complaint("right_inverse", "a Tensor or a sequence of Tensors", type(found).__name__))
    return found


def _like(original: Tensor, value: Tensor) -> Tensor:
    """A Parameter if the original is one."""
    if isinstance(original, Parameter):
        return Parameter(value.detach(), original.requires_grad)
    return value.detach().requires_grad_(original.requires_grad)


def _register(module: Module, name: str, value: Tensor) -> None:
    if isinstance(value, Parameter):
        module.register_parameter(name, value)
    else:
        module.register_buffer(name, value)


def _check_dtype(where: str, found: Any, dtype: Any) -> None:
    if not isinstance(found, Tensor):
        raise OperandError(complaint(where, "a Tensor", type(found).__name__))
    if found.dtype != dtype:
        raise DTypeError(complaint(where, f"a tensor of {dtype}", f"{found.dtype}"))


def _check_alike(where: str, found: Any, shape: Any, dtype: Any) -> None:
    _check_dtype(where, found, dtype)
    if found.shape != shape:
        cure = "Pass unsafe=True if the shape is to change"
        raise ShapeError(complaint(where, f"a tensor of shape {shape}", f"shape {found.shape}", cure))


class _Parametrized(Module):
    """What the class of a parametrized module adds to the class that it had before."""

    plain_class: ClassVar[type]
    parametrized_names: ClassVar[tuple[str, ...]]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.parametrized_names:
            self.parametrizations[name].right_inverse(value)
        else:
            super().__setattr__(name, value)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _blank, (self.plain_class, self.parametrized_names), self.__getstate__()


def _blank(plain_class: type, names: tuple[str, ...]) -> Any:
    made = _class_with(plain_class, names)
    return made.__new__(made)


@cache
def _class_with(plain_class: type, names: tuple[str, ...]) -> Any:
    """A subclass whose attributes `names` are computed."""
    if not names:
        return plain_class
    members: dict[str, Any] = {name: _computed(name) for name in names}
    members |= {"plain_class": plain_class, "parametrized_names": names, "__module__": plain_class.__module__}
    return type(f"Parametrized{plain_class.__name__}", (_Parametrized, plain_class), members)


def _computed(name: str) -> property:
    def compute(module: Any) -> Any:
        chain = module.parametrizations[name]
        if not _cache.depth:
            return chain()
        if chain not in _cache.values:
            _cache.values[chain] = chain()
        return _cache.values[chain]

    return property(compute)


def register_parametrization(module: Any, tensor_name: str, parametrization: Any, *, unsafe: bool = False) -> Any:
    """From now on `module.<tensor_name>` is `parametrization(original)`; returns the module.

    The tensor moves to `module.parametrizations.<tensor_name>.original`. Another parametrization of the same tensor is
    applied after the first. If the module `parametrization` has a method `right_inverse`, it gives the original at
    first, and whenever the attribute is assigned to; several tensors become `original0`, `original1`, ... The class of
    the module becomes a subclass of what it was; copy.deepcopy and pickle know about it.
    unsafe: the parametrization may change shape and dtype, and is not tried out.
    Raises ArgumentError where there is no such tensor, ShapeError and DTypeError where the result does not fit.
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        chain = module.parametrizations[tensor_name]
        if not unsafe:
            _try_out(parametrization, getattr(module, tensor_name))
        chain.append(parametrization)
        chain.unsafe |= unsafe
        return module
    original = module._parameters.get(tensor_name, module._buffers.get(tensor_name))
    if original is None:
        expected = f"a parameter or a buffer of {type(module).__name__}"
        raise ArgumentError(complaint("register_parametrization", expected, repr(tensor_name)))
    chain = ParametrizationList([parametrization], original, unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        module.parametrizations = ModuleDict()
    module.parametrizations[tensor_name] = chain
    _take_class(module)
    return module


def _try_out(parametrization: Any, value: Tensor) -> None:
    found = parametrization(value)
    _check_alike("register_parametrization", found, value.shape, value.dtype)
    _check_alike("right_inverse", _inverted(parametrization, found), value.shape, value.dtype)


def _take_class(module: Any) -> None:
    """Give a module the class that has its parametrized tensors as attributes."""
    module.__class__ = _class_with(type_before_parametrizations(module), tuple(module.parametrizations))


def is_parametrized(module: Any, tensor_name: str | None = None) -> bool:
    """Whether the tensor, or any tensor of the module itself, is parametrized."""
    chains = module._modules.get("parametrizations")
    if not isinstance(chains, ModuleDict):
        return False
    return len(chains) > 0 if tensor_name is None else tensor_name in chains


def remove_parametrizations(module: Any, tensor_name: str, leave_parametrized: bool = True) -> Any:
    """Make the tensor a plain parameter or buffer again; returns the module.

    It keeps its present value, or with `leave_parametrized=False` becomes the original. A single original stays the
    same object, so that an optimizer need not know. Raises ArgumentError where the tensor is not parametrized, or is to
    become one of several originals.
    """
    if not is_parametrized(module, tensor_name):
        raise ArgumentError(complaint("remove_parametrizations", f"a parametrized tensor of {type(module).__name__}",
                                      repr(tensor_name)))  # fmt: skip
    chain = module.parametrizations[tensor_name]
    if not chain.is_tensor and not leave_parametrized:
        raise ArgumentError(complaint("remove_parametrizations(leave_parametrized=False)", "one original",
                                      f"{chain.ntensors} of {tensor_name!r}"))  # fmt: skip
    kept: Any = chain.original if chain.is_tensor else None
    if leave_parametrized:
        value = getattr(module, tensor_name)
        if chain.is_tensor:
            kept.data = value.detach()
        else:
            kept = Parameter(value.detach()) if value.requires_grad else value
    del module.parametrizations[tensor_name]
    _take_class(module)
    if not module.parametrizations:
        del module.parametrizations
    _register(module, tensor_name, kept)
    return module


def type_before_parametrizations(module: Any) -> type:
    """The class that the module has, or had before its first parametrization."""
    return module.plain_class if isinstance(module, _Parametrized) else type(module)


def transfer_parametrizations_and_params(from_module: Any, to_module: Any, tensor_name: str | None = None) -> Any:
    """Give `to_module` the parametrizations of a tensor, or of all, and the originals themselves; returns it.

    What it has not yet is made. Does nothing if `from_module` is not parametrized.
    """
    if not is_parametrized(from_module):
        return to_module
    for name in list(from_module.parametrizations) if tensor_name is None else [tensor_name]:
        if not hasattr(to_module, name):
            setattr(to_module, name, Parameter(getattr(from_module, name).detach()))
        source = from_module.parametrizations[name]
        for parametrization in source:
            register_parametrization(to_module, name, parametrization)
        target = to_module.parametrizations[name]
        for key in ["original"] if source.is_tensor else [f"original{i}" for i in range(source.ntensors)]:
            setattr(target, key, getattr(source, key))
    return to_module
