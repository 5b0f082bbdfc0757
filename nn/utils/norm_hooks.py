"""Weight and spectral normalization in their older form: a hook computes the weight before every call.

`nn.utils.parametrizations` has the newer form. These keep the names that older states have.
"""

from __future__ import annotations

from typing import Any

from autograd.creation import empty
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from nn.functional.normalization import normalize
from nn.parameter import Parameter
from nn.utils.parametrizations import as_matrix, norm_except_dim, output_dim


class _NormHook:
    """Sets the attribute `name` before every call of a module."""

    kind = ""
    parts: tuple[str, ...] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, module: Any, args: Any) -> None:
        setattr(module, self.name, self.compute(module, module.training))

    def compute(self, module: Any, training: bool) -> Any:
        """The normalized weight."""
        raise NotImplementedError


class _WeightNormHook(_NormHook):
    kind, parts = "weight_norm", ("_g", "_v")

    def __init__(self, name: str, dim: int) -> None:
        super().__init__(name)
        self.dim = dim

    def compute(self, module: Any, training: bool) -> Any:
        g, v = getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v")
        return v * (g / norm_except_dim(v, self.dim))


class _SpectralNormHook(_NormHook):
    kind, parts = "spectral_norm", ("_orig", "_u", "_v")

    def __init__(self, name: str, n_power_iterations: int, eps: float, dim: int) -> None:
        super().__init__(name)
        self.n_power_iterations = n_power_iterations
        self.eps = eps
        self.dim = dim

    def compute(self, module: Any, training: bool) -> Any:
        weight, u, v = (getattr(module, self.name + part) for part in self.parts)
        matrix = as_matrix(weight, self.dim)
        if training:
            self._iterate(matrix.detach(), u, v)
        return weight / u.clone().dot(matrix.mv(v.clone()))

    @no_grad()
    def _iterate(self, matrix: Any, u: Any, v: Any) -> None:
        for _ in range(self.n_power_iterations):
            v.copy_(normalize(matrix.T.mv(u), dim=0, eps=self.eps))
            u.copy_(normalize(matrix.mv(v), dim=0, eps=self.eps))


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """`parametrizations.weight_norm` with parameters `<name>_g` and `<name>_v`; returns the module."""
    hook = _WeightNormHook(name, -1 if dim is None else dim)
    weight = _parameter("weight_norm", module, name).detach()
    lengths = norm_except_dim(weight, hook.dim)
    delattr(module, name)
    module.register_parameter(f"{name}_g", Parameter(lengths))
    module.register_parameter(f"{name}_v", Parameter(weight))
    module.register_forward_pre_hook(hook)
    hook(module, ())
    return module


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """`parametrizations.spectral_norm` with a parameter `<name>_orig` and buffers `<name>_u`, `<name>_v`.

    The power iterations run at each call in training mode; the weight is normalized from the first call on. Returns the
    module.
    """
    if n_power_iterations <= 0:
        raise ArgumentError(complaint("spectral_norm", "n_power_iterations of 1 or more", str(n_power_iterations)))
    hook = _SpectralNormHook(name, n_power_iterations, eps, output_dim(module) if dim is None else dim)
    weight = _parameter("spectral_norm", module, name)
    sizes = as_matrix(weight.detach(), hook.dim).shape
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    for part, size in zip(("_u", "_v"), sizes, strict=True):
        start = empty(size, dtype=weight.dtype).normal_(0, 1)
        module.register_buffer(name + part, normalize(start, dim=0, eps=eps))
    setattr(module, name, weight.detach())
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Any, name: str = "weight") -> Any:
    """Make the weight a parameter again, with its present value; returns the module."""
    return _remove(_WeightNormHook, module, name)


def remove_spectral_norm(module: Any, name: str = "weight") -> Any:
    """Make the weight a parameter again, with its present value; returns the module."""
    return _remove(_SpectralNormHook, module, name)


def _parameter(where: str, module: Any, name: str) -> Any:
    found = module._parameters.get(name)
    if found is None:
        raise ArgumentError(complaint(where, f"a parameter of {type(module).__name__}", repr(name),
                                      "It can be normalized once only"))  # fmt: skip
    return found


def _remove(kind: type[_NormHook], module: Any, name: str) -> Any:
    found = [hook for hook in module.hooks_of("forward_pre") if isinstance(hook.call, kind) and hook.call.name == name]
    if not found:
        raise ArgumentError(complaint(f"remove_{kind.kind}", f"a tensor with {kind.kind}", repr(name)))
    with no_grad():
        value = found[0].call.compute(module, False)
    for member in (name, *(name + part for part in kind.parts)):
        delattr(module, member)
    module._own_hooks().forward_pre.remove(found[0])
    module.register_parameter(name, Parameter(value))
    return module
