"""Weight normalization, spectral normalization and orthogonal matrices, as parametrizations."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograd import linalg
from autograd.creation import empty, eye, from_numpy, ones, zeros
from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.joining import cat
from autograd.sampling import randn
from autograd.tensor import Tensor, as_tensor_of
from nn.functional.normalization import normalize
from nn.layers.convolution import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from nn.module import Module
from nn.utils.parametrize import is_parametrized, register_parametrization

MAPS = ("matrix_exp", "cayley", "householder")


def norm_except_dim(v: Any, dim: int) -> Any:
    """The 2-norms over all dimensions but one, which keep their places; one number for `dim=-1`."""
    if dim == -1:
        return linalg.vector_norm(v)
    others = tuple(d for d in range(v.ndim) if d != dim)
    return linalg.vector_norm(v, 2, others, True) if others else v.abs()


def as_matrix(weight: Any, dim: int) -> Any:
    """A weight (..., H, ...) with H at `dim` as a matrix (H, W)."""
    others = (d for d in range(weight.ndim) if d != dim)
    return weight.permute(dim, *others).flatten(1) if dim else weight.flatten(1)


class _WeightNorm(Module):
    """v·g/|v| of g, the lengths, and v."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Any, weight_v: Any) -> Any:
        return weight_v * (weight_g / norm_except_dim(weight_v, self.dim))

    def right_inverse(self, weight: Any) -> tuple[Any, Any]:
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module: Any, name: str = "weight", dim: int | None = 0) -> Any:
    """Split a parameter into lengths `parametrizations.<name>.original0` and directions `original1`.

    dim: the dimension along which there is a length for each index; None: one length. Returns the module. A state that
    the older `nn.utils.weight_norm` saved can be loaded too.
    Source: Salimans and Kingma, "Weight normalization" (2016).
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)
    module.register_load_state_dict_pre_hook(partial(_rename_older_keys, name))
    return module


def _rename_older_keys(name: str, module: Any, state_dict: Any, prefix: str, *_: Any) -> None:
    older = [f"{prefix}{name}_g", f"{prefix}{name}_v"]
    if is_parametrized(module, name) and all(key in state_dict for key in older):
        for i, key in enumerate(older):
            state_dict[f"{prefix}parametrizations.{name}.original{i}"] = state_dict.pop(key)


class _SpectralNorm(Module):
    """A weight divided by its largest singular value, which power iterations approximate."""

    def __init__(self, weight: Any, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise DimensionError(complaint("spectral_norm", f"a dim of a tensor of shape {weight.shape}", str(dim)))
        if n_power_iterations <= 0:
            raise ArgumentError(complaint("spectral_norm", "n_power_iterations of 1 or more", str(n_power_iterations)))
        self.dim = dim % weight.ndim
        self.eps = eps
        if weight.ndim > 1:
            self.n_power_iterations = n_power_iterations
            matrix = as_matrix(weight.detach(), self.dim)
            for buffer, size in zip(("_u", "_v"), matrix.shape, strict=True):
                start = empty(size, dtype=weight.dtype).normal_(0, 1)
                self.register_buffer(buffer, normalize(start, dim=0, eps=eps))
            self._iterate(matrix, 15)

    @no_grad()
    def _iterate(self, matrix: Any, times: int) -> None:
        for _ in range(times):
            self._u.copy_(normalize(matrix.mv(self._v), dim=0, eps=self.eps))
            self._v.copy_(normalize(matrix.T.mv(self._u), dim=0, eps=self.eps))

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()  # the graph keeps these; the next call writes the buffers
        return weight / u.dot(matrix.mv(v))

    def right_inverse(self, value: Any) -> Any:
        return value


def spectral_norm(
    module: Any, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> Any:
    """Divide a parameter by its largest singular value; returns the module.

    dim: the dimension of outputs, against which all others make the columns of a matrix; 0 by default, 1 in transposed
    convolutions. n_power_iterations: how many at each access in training mode. A vector is divided by its length.
    Source: Miyato et al., "Spectral normalization for generative adversarial networks" (2018).
    """
    weight = _tensor_of("spectral_norm", module, name)
    if dim is None:
        dim = output_dim(module)
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))


def output_dim(module: Any) -> int:
    """The dimension of the outputs in a layer's weight."""
    return int(isinstance(module, ConvTranspose1d | ConvTranspose2d | ConvTranspose3d))


def _tensor_of(where: str, module: Any, name: str) -> Any:
    found = getattr(module, name, None)
    if not isinstance(found, Tensor):
        raise OperandError(complaint(where, f"a parameter or buffer of {type(module).__name__}", repr(name)))
    return found


class _Orthogonal(Module):
    """Orthonormal columns, or rows if there are fewer of them, out of a matrix without constraints."""

    def __init__(self, shape: Any, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape = shape
        self.orthogonal_map = orthogonal_map
        self.use_trivialization = use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Any) -> Any:
        wide = X.shape[-2] < X.shape[-1]
        tall = X.mT if wide else X
        found = _reflected(tall) if self.orthogonal_map == "householder" else self._turned(tall)
        if self.use_trivialization:
            found = self.base @ found
        return found.mT if wide else found

    def _turned(self, X: Any) -> Any:
        """The first columns of a rotation, out of the lower triangle of X."""
        n, k = X.shape[-2:]
        square = cat([X.tril(), zeros(*X.shape[:-1], n - k, dtype=X.dtype)], -1)
        skew = square - square.mT
        if self.orthogonal_map == "matrix_exp":
            return linalg.matrix_exp(skew)[..., :k]
        identity = eye(n, dtype=X.dtype)
        return linalg.solve(identity - skew / 2, identity + skew / 2)[..., :k]

    @no_grad()
    def right_inverse(self, Q: Any) -> Any:
        if Q.shape != self.shape:
            raise ShapeError(complaint("orthogonal", f"a tensor of shape {self.shape}", f"shape {Q.shape}"))
        wide = Q.shape[-2] < Q.shape[-1]
        tall = Q.mT if wide else Q
        if not self.use_trivialization:
            return self._reflectors(tall, wide)
        n, k = tall.shape[-2:]
        if n > k:
            tall = cat([tall, randn(*tall.shape[:-2], n, n - k, dtype=Q.dtype)], -1)
        self.base = tall.clone() if n == k and _is_orthogonal(tall) else _orthogonalized(tall)
        start = zeros(*Q.shape, dtype=Q.dtype)
        start.diagonal(dim1=-2, dim2=-1).fill_(-1)  # so that the reflections make the identity
        return start

    def _reflectors(self, tall: Any, wide: bool) -> Any:
        if self.orthogonal_map != "householder":
            raise NotImplementedError(
                f"orthogonal: there is no way back through {self.orthogonal_map!r} with use_trivialization=False; "
                "assign to the original, or take orthogonal_map='householder'"
            )
        raw, scales = np.linalg.qr(tall.numpy(), mode="raw")
        found = np.ascontiguousarray(raw.swapaxes(-1, -2))
        signs = np.sign(np.diagonal(found, axis1=-2, axis2=-1)) * np.where(scales == 0, -1, 1)
        at = np.arange(found.shape[-1])
        found[..., at, at] = signs
        return from_numpy(found).mT if wide else from_numpy(found)


def _reflected(X: Any) -> Any:
    """The first columns of the product of the reflections whose vectors stand below the diagonal of X.

    The product is I - V·S⁻¹·Vᵀ, S being the upper triangle of Vᵀ·V with half its diagonal.
    Source: Puglisi, "Modification of the Householder method based on the compact WY representation" (1992).
    """
    n, k = X.shape[-2:]
    identity = eye(n, dtype=X.dtype)[:, :k]
    vectors = X.tril(-1) + identity
    gram = vectors.mT @ vectors
    halves = ones(k, k, dtype=X.dtype).triu() - eye(k, dtype=X.dtype) / 2
    first = vectors[..., :k, :].mT
    product = identity - vectors @ linalg.solve_triangular(gram * halves, first, upper=True)
    return product * X.detach().diagonal(dim1=-2, dim2=-1).trunc().unsqueeze(-2)


def _is_orthogonal(Q: Any) -> bool:
    found = (Q.mT @ Q).numpy()
    tolerance = 10 * Q.shape[-2] * float(np.finfo(found.dtype).eps)
    return bool(np.allclose(found, np.eye(found.shape[-1]), atol=tolerance))


def _orthogonalized(tall: Any) -> Any:
    """The factor Q of Q·R with a diagonal of R that is not negative."""
    q, r = np.linalg.qr(tall.numpy())
    return as_tensor_of(np.ascontiguousarray(q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]))


def orthogonal(
    module: Any, name: str = "weight", orthogonal_map: str | None = None, *, use_trivialization: bool = True
) -> Any:
    """Keep matrices (..., m, n) orthogonal: orthonormal columns if m >= n, else rows; returns the module.

    orthogonal_map: "matrix_exp" (default for square matrices) and "cayley", (I + A/2)·(I - A/2)⁻¹, of a skew-symmetric
    A, or "householder" (default for others), a product of reflections. use_trivialization: keep the first value in a
    buffer `base` that is multiplied by the map. The value is orthogonalized by QR at first.
    Source: Lezcano-Casado, "Trivializations for gradient-based optimization on manifolds" (2019).
    """
    weight = _tensor_of("orthogonal", module, name)
    if weight.ndim < 2:
        raise ShapeError(complaint("orthogonal", "a matrix or a batch of matrices", f"shape {weight.shape}"))
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in MAPS:
        raise ArgumentError(complaint("orthogonal", f"orthogonal_map of {', '.join(MAPS)}", repr(orthogonal_map)))
    made = _Orthogonal(weight.shape, orthogonal_map, use_trivialization)
    return register_parametrization(module, name, made, unsafe=True)
