"""Functions called around a module's forward and backward pass, and around saving and loading its state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.errors import ArgumentError, complaint
from autograd.function import Function, FunctionContext
from autograd.grad_mode import is_grad_enabled
from autograd.hooks import RemovableHandle
from autograd.tensor import Tensor


class Hook(NamedTuple):
    """A function to call, and how: whether with the keyword arguments too, whether after a failure too."""

    call: Callable[..., Any]
    with_kwargs: bool = False
    always: bool = False


class ModuleHooks:
    """The hooks of one module, in the order in which they are called."""

    def __init__(self) -> None:
        self.forward_pre: list[Hook] = []
        self.forward: list[Hook] = []
        self.backward_pre: list[Hook] = []
        self.backward: list[Hook] = []
        self.state_dict_pre: list[Hook] = []
        self.state_dict_post: list[Hook] = []
        self.load_pre: list[Hook] = []
        self.load_post: list[Hook] = []

    def run(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`module.forward` with the hooks around it."""
        waiting = [hook for hook in self.forward if hook.always]
        result = None
        try:
            args, kwargs = self._before(module, args, kwargs)
            taps = _Taps(module, self) if self.backward or self.backward_pre else None
            result = module.forward(*(args if taps is None else taps.on_inputs(args)), **kwargs)
            for hook in list(self.forward):
                waiting = [other for other in waiting if other is not hook]
                result = _after(hook, module, args, kwargs, result)
            return result if taps is None else taps.on_outputs(result)
        finally:
            for hook in waiting:
                _after(hook, module, args, kwargs, result)

    def _before(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        for hook in list(self.forward_pre):
            if not hook.with_kwargs:
                changed = hook.call(module, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
                continue
            changed = hook.call(module, args, kwargs)
            if changed is None:
                continue
            if not isinstance(changed, tuple) or len(changed) != 2:
                raise ArgumentError(complaint("forward pre-hook", "None or (args, kwargs)", repr(changed)))
            args, kwargs = changed
        return args, kwargs


def register(hooks: list[Hook], hook: Hook, prepend: bool = False) -> RemovableHandle:
    """Enter a hook at the end, or at the beginning; the handle takes it out again."""
    hooks.insert(0 if prepend else len(hooks), hook)
    return RemovableHandle(hooks, hook)


def _after(hook: Hook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> Any:
    changed = hook.call(module, args, kwargs, result) if hook.with_kwargs else hook.call(module, args, result)
    return result if changed is None else changed


class _Tap(Function):
    """The identity on tensors; on the way back `listener(gradients)` sees, and may replace, their gradients."""

    @staticmethod
    def forward(ctx: FunctionContext, listener: Callable[..., Any], *tensors: Any) -> Any:
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*(x for x in tensors if not x.requires_grad))
        ctx.listener = listener
        return tensors

    @staticmethod
    def backward(ctx: FunctionContext, *gradients: Any) -> Any:
        return (None, *ctx.listener(gradients))


class _Taps:
    """One call of a module with backward hooks: they run when the gradients of outputs and inputs are both known."""

    def __init__(self, module: Any, hooks: ModuleHooks) -> None:
        self.module = module
        self.hooks = hooks
        self.inputs = 0
        self.tapped_inputs: list[int] = []
        self.tapped_outputs: list[int] = []
        self.outputs = 0
        self.grad_outputs: tuple[Any, ...] | None = None

    def on_inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        self.inputs = len(args)
        tapped, self.tapped_inputs = _tap(args, self._at_inputs)
        return tapped

    def on_outputs(self, result: Any) -> Any:
        results = result if isinstance(result, tuple) else (result,)
        self.outputs = len(results)
        tapped, self.tapped_outputs = _tap(results, self._at_outputs)
        return tapped if isinstance(result, tuple) else tapped[0]

    def _at_outputs(self, gradients: Sequence[Any]) -> Sequence[Any]:
        found = _spread(gradients, self.tapped_outputs, self.outputs)
        for hook in list(self.hooks.backward_pre):
            found = _replaced("full backward pre-hook", hook.call(self.module, found), found)
        self.grad_outputs = found
        if not self.tapped_inputs:
            self._call((None,) * self.inputs)
        return [found[i] for i in self.tapped_outputs]

    def _at_inputs(self, gradients: Sequence[Any]) -> Sequence[Any]:
        if self.grad_outputs is None:  # the gradient came past the outputs, as in a second differentiation
            return gradients
        found = self._call(_spread(gradients, self.tapped_inputs, self.inputs))
        return [found[i] for i in self.tapped_inputs]

    def _call(self, grad_inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in list(self.hooks.backward):
            changed = hook.call(self.module, grad_inputs, self.grad_outputs)
            grad_inputs = _replaced("full backward hook", changed, grad_inputs)
        self.grad_outputs = None
        return grad_inputs


def _tap(values: tuple[Any, ...], listener: Callable[..., Any]) -> tuple[tuple[Any, ...], list[int]]:
    """The values with every Tensor led through a tap, and where they stand; unchanged where no gradient flows."""
    places = [i for i, x in enumerate(values) if isinstance(x, Tensor)]
    if not is_grad_enabled() or not any(values[i].requires_grad for i in places):
        return values, []
    tapped = dict(zip(places, _Tap.apply(listener, *(values[i] for i in places)), strict=True))
    return tuple(tapped.get(i, x) for i, x in enumerate(values)), places


def _spread(gradients: Sequence[Any], places: Sequence[int], count: int) -> tuple[Any, ...]:
    found = dict(zip(places, gradients, strict=True))
    return tuple(found.get(i) for i in range(count))


def _replaced(where: str, changed: Any, before: tuple[Any, ...]) -> tuple[Any, ...]:
    """What a hook made of the gradients. Raises ArgumentError where it gave another number of them."""
    if changed is None:
        return before
    found = changed if isinstance(changed, tuple | list) else (changed,)
    if len(found) != len(before):
        raise ArgumentError(complaint(where, f"None or {len(before)} gradients", f"{len(found)}"))
    return tuple(found)
