"""Pruning: zeros in a parameter that stay zero, by a mask that a hook multiplies into it before every call.

A pruned `weight` is computed from the parameter `weight_orig` and the buffer `weight_mask`. Pruning it again prunes
more of what is left. `amount`: how many elements or channels, or as a float which part of those that are left.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, ClassVar

from autograd.creation import ones_like, zeros_like
from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.linalg import vector_norm
from autograd.sampling import rand, rand_like
from nn.utils.convert_parameters import parameters_to_vector


class BasePruningMethod:
    """A way of choosing what to prune, and the hook that prunes it: define `compute_mask`.

    PRUNING_TYPE: "unstructured", asked about the elements that are left, as a vector; "structured", about the channels
    that are left along `dim`; "global", about the whole tensor.
    """

    PRUNING_TYPE: ClassVar[str] = "unstructured"
    dim = -1
    tensor_name = ""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask, of ones and zeros in the shape of `t`, that comes after `default_mask`."""
        raise NotImplementedError(f"{type(self).__name__} has no compute_mask(): define it to say what is pruned")

    def __call__(self, module: Any, args: Any) -> None:
        setattr(module, self.tensor_name, self.apply_mask(module))

    def apply_mask(self, module: Any) -> Any:
        """The pruned tensor."""
        original = getattr(module, f"{self.tensor_name}_orig")
        return getattr(module, f"{self.tensor_name}_mask").to(dtype=original.dtype) * original

    @classmethod
    def apply(cls, module: Any, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any) -> Any:
        """Prune a parameter by `cls(*args, **kwargs)`, which is returned.

        importance_scores: what the choice goes by, in the parameter's shape; the parameter itself by default.
        """
        method = cls(*args, **kwargs)
        method.tensor_name = name
        old = _hook(module, name)
        present = module._parameters.get(name) if old is None else getattr(module, name)
        if present is None:
            raise ArgumentError(complaint("prune", f"a parameter of {type(module).__name__}", repr(name)))
        mask = ones_like(present.detach()) if old is None else getattr(module, f"{name}_mask")
        scores = present if importance_scores is None else importance_scores
        mask = _more_pruned(method, scores, mask)
        if old is None:
            delattr(module, name)
            module.register_parameter(f"{name}_orig", present)
        else:
            module._own_hooks().forward_pre.remove(old)
        module.register_buffer(f"{name}_mask", mask)
        module.register_forward_pre_hook(method)
        method(module, ())
        return method

    def prune(self, t: Any, default_mask: Any = None, importance_scores: Any = None) -> Any:
        """A tensor times the mask that is chosen for it, without a module."""
        before = ones_like(t.detach()) if default_mask is None else default_mask
        return t * self.compute_mask((t if importance_scores is None else importance_scores).detach(), before)

    def remove(self, module: Any) -> None:
        """Make the pruned tensor the parameter."""
        name = self.tensor_name
        original = getattr(module, f"{name}_orig")
        original.data = self.apply_mask(module).detach()
        for member in (name, f"{name}_orig", f"{name}_mask"):
            delattr(module, member)
        module.register_parameter(name, original)


def _more_pruned(method: BasePruningMethod, scores: Any, mask: Any) -> Any:
    """The mask after the method chose among what is left."""
    if tuple(scores.shape) != tuple(mask.shape):
        raise ShapeError(complaint("prune", f"importance_scores of shape {mask.shape}", f"shape {scores.shape}"))
    with no_grad():
        found = mask.to(dtype=scores.dtype).clone()
        left = _left(method, mask)
        found[left] = method.compute_mask(scores.detach()[left], mask[left]).to(dtype=found.dtype)
    return found


def _left(method: BasePruningMethod, mask: Any) -> Any:
    """The index of what the method may choose from."""
    if method.PRUNING_TYPE == "unstructured":
        return mask == 1
    if method.PRUNING_TYPE == "global":
        return ...
    if method.PRUNING_TYPE != "structured":
        expected = "PRUNING_TYPE unstructured, structured or global"
        raise ArgumentError(complaint(type(method).__name__, expected, repr(method.PRUNING_TYPE)))
    dim = _channel_dim(mask, method.dim)
    kept = mask.sum(tuple(d for d in range(mask.ndim) if d != dim)) != 0
    return _at(dim, kept)


def _at(dim: int, index: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * dim, index)


def _channel_dim(t: Any, dim: int) -> int:
    if t.ndim < 2:
        raise ShapeError(complaint("structured pruning", "two dimensions or more", f"shape {tuple(t.shape)}"))
    if not -t.ndim <= dim < t.ndim:
        raise DimensionError(complaint("structured pruning", f"a dim of shape {tuple(t.shape)}", str(dim)))
    return dim % t.ndim


class Identity(BasePruningMethod):
    """Prunes nothing."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        return default_mask


class CustomFromMask(BasePruningMethod):
    """Prunes where the given mask is 0."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Any) -> None:
        self.mask = mask

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        if tuple(self.mask.shape) != tuple(t.shape):
            raise ShapeError(complaint("prune", f"a mask of shape {tuple(t.shape)}", f"shape {tuple(self.mask.shape)}"))
        return default_mask * self.mask.to(dtype=default_mask.dtype)


class _ByAmount(BasePruningMethod):
    """Prunes an amount."""

    amount: float

    def __init__(self, amount: float) -> None:
        if not isinstance(amount, Real):
            raise OperandError(complaint("prune", "amount as an int or a float", type(amount).__name__))
        if amount < 0 or (amount > 1 and not isinstance(amount, Integral)):
            raise ArgumentError(complaint("prune", "amount as a count, or a float from 0 to 1", repr(amount)))
        self.amount = amount

    def count(self, size: int) -> int:
        """How many of `size` to prune. Raises ArgumentError for more than there are."""
        wanted = int(self.amount) if isinstance(self.amount, Integral) else round(self.amount * size)
        if wanted > size:
            raise ArgumentError(complaint("prune", f"amount of at most the {size} that are left", str(wanted)))
        return wanted


class RandomUnstructured(_ByAmount):
    """Prunes elements at random."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        count = self.count(t.numel())
        return _without(default_mask, rand_like(t).flatten().topk(count).indices) if count else default_mask


class L1Unstructured(_ByAmount):
    """Prunes the elements nearest to 0."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        count = self.count(t.numel())
        return _without(default_mask, t.abs().flatten().topk(count, largest=False).indices) if count else default_mask


def _without(mask: Any, places: Any) -> Any:
    found = mask.clone().flatten()
    found[places] = 0
    return found.reshape(mask.shape)


class _Channels(_ByAmount):
    """Prunes channels: indices along a dimension."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = dim

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        dim = _channel_dim(t, self.dim)
        count = self.count(t.shape[dim])
        if not count:
            return default_mask
        mask = zeros_like(t)
        mask[_at(dim, self.kept(t, dim, count))] = 1
        return mask * default_mask.to(dtype=mask.dtype)

    def kept(self, t: Any, dim: int, count: int) -> Any:
        """The index of the channels that are not the `count` to be pruned."""
        raise NotImplementedError


class RandomStructured(_Channels):
    """Prunes channels at random."""

    def kept(self, t: Any, dim: int, count: int) -> Any:
        chances = rand(t.shape[dim])
        return chances > chances.kthvalue(count).values


class LnStructured(_Channels):
    """Prunes the channels of least n-norm."""

    def __init__(self, amount: float, n: float, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def kept(self, t: Any, dim: int, count: int) -> Any:
        norms = vector_norm(t, self.n, tuple(d for d in range(t.ndim) if d != dim))
        return norms.topk(t.shape[dim] - count).indices


def identity(module: Any, name: str) -> Any:
    """Set a parameter up for pruning, without pruning any; returns the module."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Any, name: str, amount: float) -> Any:
    """Prune elements of a parameter at random; returns the module."""
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Any, name: str, amount: float, importance_scores: Any = None) -> Any:
    """Prune the elements of a parameter nearest to 0, or those of least score; returns the module.

    Source: Han et al., "Learning both weights and connections for efficient neural networks" (2015).
    """
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_structured(module: Any, name: str, amount: float, dim: int) -> Any:
    """Prune indices along `dim` of a parameter at random; returns the module."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(module: Any, name: str, amount: float, n: float, dim: int, importance_scores: Any = None) -> Any:
    """Prune the indices along `dim` of a parameter whose n-norm is least; returns the module."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Any, name: str, mask: Any) -> Any:
    """Prune a parameter where `mask`, of its shape, is 0; returns the module."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Any, str]], pruning_method: Any, importance_scores: Any = None, **kwargs: Any
) -> None:
    """Prune the parameters of several modules, given as (module, name), as if they were one.

    pruning_method: a class such as `L1Unstructured`, made with `kwargs`. importance_scores: a dict from (module, name).
    """
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise OperandError(complaint("global_unstructured", "an unstructured method", pruning_method.__name__))
    pairs, scores = list(parameters), importance_scores or {}
    present = [getattr(module, name).detach() for module, name in pairs]
    chosen = [scores.get(pair, x).detach() for pair, x in zip(pairs, present, strict=True)]
    masks = [getattr(module, f"{name}_mask", ones_like(x)) for (module, name), x in zip(pairs, present, strict=True)]
    mask = _more_pruned(method, parameters_to_vector(chosen), parameters_to_vector(masks))
    parts = mask.split([x.numel() for x in present])
    for (module, name), x, part in zip(pairs, present, parts, strict=True):
        custom_from_mask(module, name, part.reshape(x.shape))


def remove(module: Any, name: str) -> Any:
    """Leave the pruned values as the parameter, without mask or hook; returns the module."""
    hook = _hook(module, name)
    if hook is None:
        raise ArgumentError(complaint("prune.remove", f"a pruned tensor of {type(module).__name__}", repr(name)))
    module._own_hooks().forward_pre.remove(hook)
    hook.call.remove(module)
    return module


def is_pruned(module: Any) -> bool:
    """Whether something in the module or below it is pruned."""
    hooks = (hook.call for each in module.modules() for hook in each.hooks_of("forward_pre"))
    return any(isinstance(hook, BasePruningMethod) for hook in hooks)


def _hook(module: Any, name: str) -> Any:
    """The hook that prunes the tensor, or None."""
    hooks = (hook for hook in module.hooks_of("forward_pre") if isinstance(hook.call, BasePruningMethod))
    return next((hook for hook in hooks if hook.call.tensor_name == name), None)
