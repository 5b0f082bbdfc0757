"""Module: the base of every layer and model."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, AutogradError, DTypeError, complaint
from autograd.hooks import RemovableHandle
from autograd.observation import observed
from autograd.tensor import Tensor
from nn.module_base import ModuleBase
from nn.module_errors import blame_operand, name_module
from nn.module_hooks import Hook, ModuleHooks, register
from nn.module_state import EXTRA, IncompatibleKeys, load, own_state, save


class Module(ModuleBase):
    """Base of layers and models: define `forward`, and assign parameters and child modules in `__init__`.

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.hidden = nn.Linear(784, 100)
                self.out = nn.Linear(100, 10)

            def forward(self, x):
                return self.out(self.hidden(x).relu())

    `training` tells layers such as Dropout which mode they are in; `train()` and `eval()` set it.
    """

    _version = 1
    _hooks: ModuleHooks | None

    def __init__(self) -> None:
        super().__init__()
        self.__dict__["_hooks"] = None

    # Calling

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass defines it."""
        raise NotImplementedError(f"{self._get_name()} has no forward(): define it to say what the module computes")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """`forward`, with the hooks around it. Errors of the library begin with the module's path and class."""
        try:
            observer = observed.observer
            if observer is not None:
                return observer.module(self, self._call_impl)(*args, **kwargs)
            if self._hooks is None:
                return self.forward(*args, **kwargs)
            return self._hooks.run(self, args, kwargs)
        except AutogradError as error:
            name_module(error, self)
            raise
        except (AttributeError, TypeError, IndexError) as error:
            blame_operand(error, self, args, kwargs)
            raise

    def _call_impl(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs) if self._hooks is None else self._hooks.run(self, args, kwargs)

    # Hooks

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns replaces the arguments.

        `with_kwargs`: `hook(module, args, kwargs)`, which returns None or both. `prepend`: before the other hooks.
        """
        return register(self._own_hooks().forward_pre, Hook(hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns replaces the output.

        `with_kwargs`: `hook(module, args, kwargs, output)`. `always_call`: also, with output None, if `forward` fails.
        """
        return register(self._own_hooks().forward, Hook(hook, with_kwargs, always_call), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` before the module's backward pass; what it returns replaces grad_output.

        `grad_output` is a tuple, one gradient an output.
        """
        return register(self._own_hooks().backward_pre, Hook(hook), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when both are known; what it returns replaces grad_input.

        Both are tuples, one entry a positional argument of the call or an output; None where there is no gradient.
        """
        return register(self._own_hooks().backward, Hook(hook), prepend)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the module's state is collected."""
        return register(self._own_hooks().state_dict_pre, Hook(hook))

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after the module's state was collected."""
        return register(self._own_hooks().state_dict_post, Hook(hook))

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors)` before loading.

        The hook may change the state_dict, a copy of the user's, and append to the three lists.
        """
        return register(self._own_hooks().load_pre, Hook(hook))

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after loading."""
        return register(self._own_hooks().load_post, Hook(hook))

    def hooks_of(self, kind: str) -> list[Hook]:
        """A copy of the hooks of one kind, an attribute of ModuleHooks."""
        return [] if self._hooks is None else list(getattr(self._hooks, kind))

    def _own_hooks(self) -> ModuleHooks:
        if self._hooks is None:
            self._hooks = ModuleHooks()
        return self._hooks

    # Mode, gradients, dtype

    def apply(self, fn: Callable[[Any], Any]) -> Any:
        """Call `fn(module)` for every module below this one, then for this one; returns this one."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Any:
        """Set this module and all below it to training mode, or out of it; returns the module."""
        if not isinstance(mode, bool):
            raise ArgumentError(complaint("train", "True or False", repr(mode)))
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Any:
        """`train(False)`."""
        return self.train(False)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing, for PyTorch's sake: kernels are compiled already."""

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Make all parameters collect gradients, or cease to; returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drop the gradients of all parameters, or with `set_to_none=False` fill them with zeros."""
        for parameter in self.parameters():
            if parameter.grad is not None:
                parameter.grad = None if set_to_none else parameter.grad.detach().zero_()

    def _apply(self, fn: Callable[[Any], Any], recurse: bool = True) -> Any:
        """Replace the values of all parameters and buffers, and the gradients, by what `fn` makes of them."""
        for tensor in chain(self.parameters(recurse), self.buffers(recurse)):
            tensor.data = fn(tensor.detach())
            if tensor.grad is not None:
                tensor.grad = fn(tensor.grad.detach())
        return self

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """Convert the floating-point parameters and buffers, as `Tensor.to` does; returns the module.

        Raises DTypeError for a dtype that is not floating point, ArgumentError for a device other than the CPU.
        """
        found = Tensor(np.zeros(0)).to(*args, **kwargs)
        if not found.is_floating_point():
            raise DTypeError(complaint(f"{self._get_name()}.to", "a floating-point dtype", repr(found.dtype)))
        return self._apply(lambda x: x.to(*args, **kwargs) if x.is_floating_point() else x)

    def type(self, dst_type: Any) -> Any:
        """Convert all parameters and buffers to a dtype; returns the module."""
        return self._apply(lambda x: x.type(dst_type))

    def float(self) -> Any:
        """Convert the floating-point parameters and buffers to float32; returns the module."""
        return self._apply(lambda x: x.float() if x.is_floating_point() else x)

    def double(self) -> Any:
        """Convert the floating-point parameters and buffers to float64; returns the module."""
        return self._apply(lambda x: x.double() if x.is_floating_point() else x)

    def half(self) -> Any:
        """Convert the floating-point parameters and buffers to float16; returns the module."""
        return self._apply(lambda x: x.half() if x.is_floating_point() else x)

    def cpu(self) -> Any:
        """The module itself: it is on the CPU."""
        return self

    def cuda(self, device: Any = None) -> Any:
        """Raises ArgumentError: there is no such device."""
        return self.to("cuda" if device is None else device)

    # State

    def state_dict(self, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """The parameters and persistent buffers by their dotted names, in an OrderedDict.

        The tensors share memory with the module's; they are detached unless `keep_vars`.
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        save(self, destination, prefix, keep_vars)
        return destination

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copy values into the parameters and buffers of the same dotted names; Tensors or arrays, cast if need be.

        `strict`: every name must have its counterpart. `assign`: take the tensors themselves, with their dtype, instead
        of copying. Returns the names without counterpart. Raises ArgumentError, a RuntimeError, with all that is
        missing, unexpected or misshapen; then nothing is loaded.
        """
        return load(self, state_dict, strict, assign)

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        for name, tensor in own_state(self).items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if self.has_extra_state():
            destination[prefix + EXTRA] = self.get_extra_state()

    def get_extra_state(self) -> Any:
        """State besides tensors, to be saved too. Define it together with `set_extra_state`."""
        raise NotImplementedError(f"{self._get_name()} defines no get_extra_state()")

    def set_extra_state(self, state: Any) -> None:
        """Take back what `get_extra_state` gave."""
        raise NotImplementedError(f"{self._get_name()} defines no set_extra_state()")

    def has_extra_state(self) -> bool:
        """Whether the class defines `get_extra_state`."""
        return type(self).get_extra_state is not Module.get_extra_state

    # Text

    def extra_repr(self) -> str:
        """What stands between the brackets of the module's text, for subclasses to define."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        own = self.extra_repr().split("\n") if self.extra_repr() else []
        children = [f"({name}): {indented(repr(child))}" for name, child in self._modules.items()]
        return bracketed(self._get_name(), own, children)


def bracketed(name: str, own: list[str], children: list[str]) -> str:
    """`Name(...)`: on one line if there is one line of its own and no child, else a line each."""
    if not children and len(own) <= 1:
        return f"{name}({''.join(own)})"
    return "\n  ".join([f"{name}(", *own, *children]) + "\n)"


def indented(text: str) -> str:
    """The text with every line but the first moved right by two."""
    return text.replace("\n", "\n  ")
