"""Linear algebra under the names of `torch.linalg`: matrices stand in the last two dimensions, batches before them."""

from autograd.errors import LinAlgError
from autograd.ops.decomposition import cholesky, eigh, eigvalsh, qr, svd, svdvals
from autograd.ops.inverse import det, inv, pinv, slogdet
from autograd.ops.least_squares import lstsq, matrix_rank
from autograd.ops.matmul import matmul
from autograd.ops.matrix_chain import matrix_power, multi_dot
from autograd.ops.matrix_exponential import matrix_exp
from autograd.ops.matrix_norm import cond, matrix_norm, norm
from autograd.ops.norm import vector_norm
from autograd.ops.products import vecdot
from autograd.ops.products import vector_cross as cross
from autograd.ops.solve import solve, solve_triangular

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "vecdot",
    "vector_norm",
]
