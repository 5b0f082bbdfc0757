"""A reverse-mode autograd engine on NumPy and Numba with PyTorch's names, shapes and numbers."""

import warnings
from math import e, inf, nan, pi

# fmt: off
from autograd import (
    accelerator, amp, backends, cuda, distributed, freed_memory, func, functional, linalg, profiler, serialization,
    sparse, testing,
)
from autograd.amp import autocast
from autograd.anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from autograd.checkpoint import checkpoint
from autograd.compilation import compile
from autograd.config import show_config
from autograd.creation import (
    arange, as_tensor, asarray, empty, empty_like, eye, from_dlpack, from_numpy, full, full_like, linspace, logspace,
    one_hot, ones,
    ones_like, scalar_tensor, tensor, tril_indices, triu_indices, zeros, zeros_like,
)
from autograd.device import device, get_default_device, set_default_device
from autograd.dtype_info import can_cast, finfo, iinfo, result_type
from autograd.dtypes import (
    bfloat16, bool_ as bool, double, dtype, float_ as float, float16, float32, float64, get_default_dtype, half,
    int_ as int, int16, int32, int64, int8, long, promote_types, set_default_dtype, short, uint8,
)
from autograd.explanation import explain, grad_paths
from autograd.function import Function, once_differentiable
from autograd.grad_mode import (
    enable_grad, inference_mode, is_grad_enabled, is_inference_mode_enabled, no_grad, set_grad_enabled,
)
from autograd.gradcheck import gradcheck, gradgradcheck
from autograd.gradients import backward, grad
from autograd.inspection import is_complex, is_floating_point, is_nonzero, is_tensor, numel
from autograd.layouts import (
    channels_last, channels_last_3d, contiguous_format, layout, memory_format, preserve_format, sparse_coo, strided,
)
from autograd.older_linalg import qr, svd
from autograd.ops.addmm import addbmm, addmm, addmv, addr, baddbmm
from autograd.ops.arithmetic import (
    add, addcdiv, addcmul, div, divide, floor_divide, fmod, lerp, mul, multiply, neg, negative, reciprocal, remainder,
    rsub, sub, subtract, true_divide,
)
from autograd.ops.arrangement import (
    broadcast_shapes, broadcast_tensors, broadcast_to, flip, fliplr, flipud, repeat_interleave, roll, rot90, tile,
)
from autograd.ops.assignment import index_put, select_scatter, slice_scatter
from autograd.ops.broadcasting import clone, contiguous, expand, sum_to_size
from autograd.ops.comparison import (
    allclose, eq, equal, ge, greater, greater_equal, gt, isclose, isfinite, isinf, isnan, isneginf, isposinf, le, less,
    less_equal, lt, ne, not_equal,
)
from autograd.ops.convolution import (
    conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d,
)
from autograd.ops.counting import bincount, bucketize, histc, isin, searchsorted, unique, unique_consecutive
from autograd.ops.decomposition import cholesky
from autograd.ops.diagonal import block_diag, diag, diag_embed, diagflat, diagonal, diagonal_scatter, tril, triu
from autograd.ops.distance import cdist, pdist
from autograd.ops.einsum import einsum
from autograd.ops.exponential import (
    exp, exp2, expm1, log, log10, log1p, log2, logaddexp, logaddexp2, logit, sigmoid, xlogy,
)
from autograd.ops.extremum import amax, amin, aminmax, argmax, argmin, max, min
from autograd.ops.indexing import (
    argwhere, index_select, masked_fill, masked_scatter, masked_select, narrow, nonzero, select, take,
)
from autograd.ops.inverse import det, inv as inverse, logdet, pinverse, slogdet
from autograd.ops.joining import (
    cartesian_prod, cat, chunk, column_stack, combinations, concat, concatenate, dsplit, dstack, hsplit, hstack,
    meshgrid, row_stack, split, split_with_sizes, stack, tensor_split, unbind, vsplit, vstack,
)
from autograd.ops.logical import (
    bitwise_and, bitwise_left_shift, bitwise_not, bitwise_or, bitwise_right_shift, bitwise_xor, logical_and,
    logical_not, logical_or, logical_xor,
)
from autograd.ops.matmul import bmm, dot, matmul, mm, mv, vdot
from autograd.ops.matrix_chain import chain_matmul, matrix_power
from autograd.ops.matrix_exponential import matrix_exp
from autograd.ops.pixel_shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from autograd.ops.pooling import avg_pool1d, max_pool1d, max_pool1d_with_indices, max_pool2d, max_pool3d
from autograd.ops.pooling_adaptive import adaptive_avg_pool1d
from autograd.ops.power import float_power, pow, rsqrt, sqrt, square
from autograd.ops.products import cross, ger, inner, kron, outer, tensordot
from autograd.ops.reduction import all, any, count_nonzero, mean, nanmean, nansum, prod, sum, trace
from autograd.ops.rounding import ceil, fix, floor, frac, round, trunc
from autograd.ops.scan import cummax, cummin, cumprod, cumsum, diff, logcumsumexp, trapezoid, trapz
from autograd.ops.scatter import (
    gather, index_add, index_copy, index_fill, scatter, scatter_add, scatter_reduce, take_along_dim,
)
from autograd.ops.selection import (
    clamp, clamp_max, clamp_min, clip, fmax, fmin, heaviside, maximum, minimum, nan_to_num, relu,
    where_or_nonzero as where,
)
from autograd.ops.shape import (
    adjoint, atleast_1d, atleast_2d, atleast_3d, flatten, moveaxis, movedim, permute, ravel, reshape, squeeze, swapaxes,
    swapdims, t, transpose, unflatten, unsqueeze,
)
from autograd.ops.sign import abs, absolute, copysign, nextafter, positive, sgn, sign, signbit
from autograd.ops.softmax import log_softmax, logsumexp, softmax
from autograd.ops.solve import cholesky_inverse, cholesky_solve
from autograd.ops.sorting import argsort, kthvalue, median, mode, msort, nanmedian, sort, topk
from autograd.ops.special import digamma, erf, erfc, erfinv, lgamma, polygamma
from autograd.ops.statistics import corrcoef, cov, nanquantile, quantile, std, std_mean, var, var_mean
from autograd.ops.tensor_norm import dist, norm
from autograd.ops.trigonometry import (
    acos, acosh, arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, asin, asinh, atan, atan2, atanh, cos, cosh,
    deg2rad, hypot, rad2deg, sin, sinc, sinh, tan, tanh,
)
from autograd.ops.windows import as_strided
from autograd.printing import set_printoptions
from autograd.random import (
    Generator, default_generator, fork_rng, initial_seed, manual_seed, seed, set_rng_state,
)
from autograd.reproducibility import (
    get_float32_matmul_precision, set_float32_matmul_precision, set_flush_denormal, use_deterministic_algorithms,
)
from autograd.sampling import (
    bernoulli, get_rng_state, multinomial, normal, rand, rand_like, randint, randint_like, randn, randn_like,
    randperm,
)
from autograd.serialization import load, save
from autograd.size import Size
from autograd.sparse import sparse_coo_tensor, spmm
from autograd.tensor import Tensor
from autograd.threads import get_num_interop_threads, get_num_threads, set_num_interop_threads, set_num_threads
from autograd.typed_tensors import (
    BoolTensor, ByteTensor, CharTensor, DoubleTensor, FloatTensor, HalfTensor, IntTensor, LongTensor, ShortTensor,
    set_default_tensor_type,
)
from autograd.vectorization import vmap
# fmt: on

newaxis = None

# Infinities and NaN are values here, as in PyTorch, and no reason to warn. NumPy attributes its warnings to the module
# that called it, so this filter leaves the user's own NumPy calls alone.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"(autograd|nn|optim)\b")

freed_memory.keep_freed_memory()

# fmt: off
__all__ = [
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "Function", "Generator", "HalfTensor",
    "IntTensor", "LongTensor", "ShortTensor", "Size", "Tensor", "abs", "absolute", "accelerator", "acos", "acosh",
    "adaptive_avg_pool1d", "add", "addbmm", "addcdiv", "addcmul", "addmm", "addmv", "addr", "adjoint", "all",
    "allclose", "amax", "amin", "aminmax", "amp", "any", "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctan2", "arctanh", "argmax", "argmin", "argsort", "argwhere", "as_strided", "as_tensor", "asarray", "asin",
    "asinh", "atan", "atan2", "atanh", "atleast_1d", "atleast_2d", "atleast_3d", "autocast", "avg_pool1d", "backends",
    "backward", "baddbmm", "bernoulli", "bfloat16", "bincount", "bitwise_and", "bitwise_left_shift", "bitwise_not",
    "bitwise_or", "bitwise_right_shift", "bitwise_xor", "block_diag", "bmm", "bool", "broadcast_shapes",
    "broadcast_tensors", "broadcast_to", "bucketize", "can_cast", "cartesian_prod", "cat", "cdist", "ceil",
    "chain_matmul", "channel_shuffle", "channels_last", "channels_last_3d", "checkpoint", "cholesky",
    "cholesky_inverse", "cholesky_solve", "chunk", "clamp", "clamp_max", "clamp_min", "clip", "clone", "column_stack",
    "combinations", "compile", "concat", "concatenate", "contiguous", "contiguous_format", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "copysign", "corrcoef", "cos", "cosh", "count_nonzero",
    "cov", "cross", "cuda", "cummax", "cummin", "cumprod", "cumsum", "default_generator", "deg2rad", "det",
    "detect_anomaly", "device", "diag", "diag_embed", "diagflat", "diagonal", "diagonal_scatter", "diff", "digamma",
    "dist", "distributed", "div", "divide", "dot", "double", "dsplit", "dstack", "dtype", "e", "einsum", "empty",
    "empty_like", "enable_grad", "eq", "equal", "erf", "erfc", "erfinv", "exp", "exp2", "expand", "explain", "expm1",
    "eye", "finfo", "fix", "flatten", "flip", "fliplr", "flipud", "float", "float16", "float32", "float64",
    "float_power", "floor", "floor_divide", "fmax", "fmin", "fmod", "fork_rng", "frac", "from_dlpack", "from_numpy",
    "full", "full_like", "func", "functional", "gather", "ge", "ger", "get_default_device", "get_default_dtype",
    "get_float32_matmul_precision", "get_num_interop_threads", "get_num_threads", "get_rng_state", "grad", "grad_paths",
    "gradcheck", "gradgradcheck", "greater", "greater_equal", "gt", "half", "heaviside", "histc", "hsplit", "hstack",
    "hypot", "iinfo", "index_add", "index_copy", "index_fill", "index_put", "index_select", "inf", "inference_mode",
    "initial_seed", "inner", "int", "int16", "int32", "int64", "int8", "inverse", "is_anomaly_enabled", "is_complex",
    "is_floating_point", "is_grad_enabled", "is_inference_mode_enabled", "is_nonzero", "is_tensor", "isclose",
    "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "kron", "kthvalue", "layout", "le", "lerp", "less",
    "less_equal", "lgamma", "linalg", "linspace", "load", "log", "log10", "log1p", "log2", "log_softmax", "logaddexp",
    "logaddexp2", "logcumsumexp", "logdet", "logical_and", "logical_not", "logical_or", "logical_xor", "logit",
    "logspace", "logsumexp", "long", "lt", "manual_seed", "masked_fill", "masked_scatter", "masked_select", "matmul",
    "matrix_exp", "matrix_power", "max", "max_pool1d", "max_pool1d_with_indices", "max_pool2d", "max_pool3d", "maximum",
    "mean", "median", "memory_format", "meshgrid", "min", "minimum", "mm", "mode", "moveaxis", "movedim", "msort",
    "mul", "multinomial", "multiply", "mv", "nan", "nan_to_num", "nanmean", "nanmedian", "nanquantile", "nansum",
    "narrow", "ne", "neg", "negative", "newaxis", "nextafter", "no_grad", "nonzero", "norm", "normal", "not_equal",
    "numel", "once_differentiable", "one_hot", "ones", "ones_like", "outer", "pdist", "permute", "pi", "pinverse",
    "pixel_shuffle", "pixel_unshuffle", "polygamma", "positive", "pow", "preserve_format", "prod", "profiler",
    "promote_types", "qr", "quantile", "rad2deg", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like",
    "randperm", "ravel", "reciprocal", "relu", "remainder", "repeat_interleave", "reshape", "result_type", "roll",
    "rot90", "round", "row_stack", "rsqrt", "rsub", "save", "scalar_tensor", "scatter", "scatter_add", "scatter_reduce",
    "searchsorted", "seed", "select", "select_scatter", "serialization", "set_default_device", "set_default_dtype",
    "set_default_tensor_type", "set_detect_anomaly", "set_float32_matmul_precision", "set_flush_denormal",
    "set_grad_enabled", "set_num_interop_threads", "set_num_threads", "set_printoptions", "set_rng_state", "sgn",
    "short", "show_config", "sigmoid", "sign", "signbit", "sin", "sinc", "sinh", "slice_scatter", "slogdet", "softmax",
    "sort", "sparse", "sparse_coo", "sparse_coo_tensor", "split", "split_with_sizes", "spmm", "sqrt", "square",
    "squeeze", "stack", "std", "std_mean", "strided", "sub", "subtract", "sum", "sum_to_size", "svd", "swapaxes",
    "swapdims", "t", "take", "take_along_dim", "tan", "tanh", "tensor", "tensor_split", "tensordot", "testing", "tile",
    "topk", "trace", "transpose", "trapezoid", "trapz", "tril", "tril_indices", "triu", "triu_indices", "true_divide",
    "trunc", "uint8", "unbind", "unflatten", "unique", "unique_consecutive", "unsqueeze",
    "use_deterministic_algorithms", "var", "var_mean", "vdot", "vmap", "vsplit", "vstack", "where", "xlogy", "zeros",
    "zeros_like",
]
# fmt: on
