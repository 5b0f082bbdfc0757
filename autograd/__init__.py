"""A reverse-mode autograd engine on NumPy and Numba with PyTorch's names, shapes and numbers."""

import warnings

from autograd.anomaly import detect_anomaly, is_anomaly_enabled, set_detect_anomaly
from autograd.device import device
from autograd.dtypes import (
    bool_ as bool,
)
from autograd.dtypes import (
    double,
    dtype,
    float16,
    float32,
    float64,
    get_default_dtype,
    half,
    int8,
    int16,
    int32,
    int64,
    long,
    promote_types,
    set_default_dtype,
    short,
    uint8,
)
from autograd.dtypes import (
    float_ as float,
)
from autograd.dtypes import (
    int_ as int,
)
from autograd.function import Function, once_differentiable
from autograd.grad_mode import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from autograd.gradcheck import gradcheck, gradgradcheck
from autograd.gradients import backward, grad
from autograd.ops.broadcasting import clone, contiguous, expand, sum_to_size
from autograd.printing import set_printoptions
from autograd.tensor import Tensor

# Infinities and NaN are values here, as in PyTorch, and no reason to warn. NumPy attributes its warnings to the module
# that called it, so this filter leaves the user's own NumPy calls alone.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"(autograd|nn|optim)\b")

__all__ = [
    "Function",
    "Tensor",
    "backward",
    "bool",
    "clone",
    "contiguous",
    "detect_anomaly",
    "device",
    "double",
    "dtype",
    "enable_grad",
    "expand",
    "float",
    "float16",
    "float32",
    "float64",
    "get_default_dtype",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "half",
    "inference_mode",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "is_anomaly_enabled",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "long",
    "no_grad",
    "once_differentiable",
    "promote_types",
    "set_default_dtype",
    "set_detect_anomaly",
    "set_grad_enabled",
    "set_printoptions",
    "short",
    "sum_to_size",
    "uint8",
]
