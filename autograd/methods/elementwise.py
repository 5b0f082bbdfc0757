"""Functions of each element as methods."""

from __future__ import annotations

from typing import Any

from autograd.ops import comparison, exponential, power, rounding, selection, special, trigonometry
from autograd.ops import sign as signs
from autograd.ops.inplace import overwrite
from autograd.tensor_base import TensorBase


class ElementwiseMethods(TensorBase):
    """Functions of each element and their in-place twins; see the files of `autograd.ops` that they are taken from."""

    __slots__ = ()

    exp = exponential.exp
    exp2 = exponential.exp2
    expm1 = exponential.expm1
    log = exponential.log
    log2 = exponential.log2
    log10 = exponential.log10
    log1p = exponential.log1p
    sigmoid = exponential.sigmoid
    sqrt = power.sqrt
    rsqrt = power.rsqrt
    floor = rounding.floor
    ceil = rounding.ceil
    trunc = fix = rounding.trunc
    frac = rounding.frac
    sign = sgn = signs.sign
    erf = special.erf
    erfc = special.erfc
    erfinv = special.erfinv
    lgamma = special.lgamma
    digamma = special.digamma
    sin = trigonometry.sin
    cos = trigonometry.cos
    tan = trigonometry.tan
    asin = arcsin = trigonometry.asin
    acos = arccos = trigonometry.acos
    atan = arctan = trigonometry.atan
    sinh = trigonometry.sinh
    cosh = trigonometry.cosh
    tanh = trigonometry.tanh
    asinh = arcsinh = trigonometry.asinh
    acosh = arccosh = trigonometry.acosh
    atanh = arctanh = trigonometry.atanh
    sinc = trigonometry.sinc
    deg2rad = trigonometry.deg2rad
    rad2deg = trigonometry.rad2deg
    relu = selection.relu
    round = rounding.round
    logit = exponential.logit
    logaddexp = exponential.logaddexp
    logaddexp2 = exponential.logaddexp2
    xlogy = exponential.xlogy
    float_power = power.float_power
    atan2 = arctan2 = trigonometry.atan2
    hypot = trigonometry.hypot
    signbit = signs.signbit
    copysign = signs.copysign
    nextafter = signs.nextafter
    maximum = selection.maximum
    minimum = selection.minimum
    fmax = selection.fmax
    fmin = selection.fmin
    clamp = clip = selection.clamp
    clamp_min = selection.clamp_min
    clamp_max = selection.clamp_max
    nan_to_num = selection.nan_to_num
    heaviside = selection.heaviside
    isnan = comparison.isnan
    isinf = comparison.isinf
    isfinite = comparison.isfinite
    isposinf = comparison.isposinf
    isneginf = comparison.isneginf

    def where(self, condition: Any, other: Any) -> Any:
        """This tensor where the condition is true, `other` elsewhere."""
        return selection.where(condition, self, other)

    def polygamma(self, n: int) -> Any:
        """The derivative of order `n` of digamma at each element."""
        return special.polygamma(n, self)

    def exp_(self) -> Any:
        return overwrite(self, exponential.exp(self), "exp_")

    def exp2_(self) -> Any:
        return overwrite(self, exponential.exp2(self), "exp2_")

    def expm1_(self) -> Any:
        return overwrite(self, exponential.expm1(self), "expm1_")

    def log_(self) -> Any:
        return overwrite(self, exponential.log(self), "log_")

    def log2_(self) -> Any:
        return overwrite(self, exponential.log2(self), "log2_")

    def log10_(self) -> Any:
        return overwrite(self, exponential.log10(self), "log10_")

    def log1p_(self) -> Any:
        return overwrite(self, exponential.log1p(self), "log1p_")

    def sigmoid_(self) -> Any:
        return overwrite(self, exponential.sigmoid(self), "sigmoid_")

    def sqrt_(self) -> Any:
        return overwrite(self, power.sqrt(self), "sqrt_")

    def rsqrt_(self) -> Any:
        return overwrite(self, power.rsqrt(self), "rsqrt_")

    def floor_(self) -> Any:
        return overwrite(self, rounding.floor(self), "floor_")

    def ceil_(self) -> Any:
        return overwrite(self, rounding.ceil(self), "ceil_")

    def trunc_(self) -> Any:
        return overwrite(self, rounding.trunc(self), "trunc_")

    def frac_(self) -> Any:
        return overwrite(self, rounding.frac(self), "frac_")

    def sign_(self) -> Any:
        return overwrite(self, signs.sign(self), "sign_")

    def erf_(self) -> Any:
        return overwrite(self, special.erf(self), "erf_")

    def erfc_(self) -> Any:
        return overwrite(self, special.erfc(self), "erfc_")

    def erfinv_(self) -> Any:
        return overwrite(self, special.erfinv(self), "erfinv_")

    def lgamma_(self) -> Any:
        return overwrite(self, special.lgamma(self), "lgamma_")

    def digamma_(self) -> Any:
        return overwrite(self, special.digamma(self), "digamma_")

    def sin_(self) -> Any:
        return overwrite(self, trigonometry.sin(self), "sin_")

    def cos_(self) -> Any:
        return overwrite(self, trigonometry.cos(self), "cos_")

    def tan_(self) -> Any:
        return overwrite(self, trigonometry.tan(self), "tan_")

    def asin_(self) -> Any:
        return overwrite(self, trigonometry.asin(self), "asin_")

    def acos_(self) -> Any:
        return overwrite(self, trigonometry.acos(self), "acos_")

    def atan_(self) -> Any:
        return overwrite(self, trigonometry.atan(self), "atan_")

    def sinh_(self) -> Any:
        return overwrite(self, trigonometry.sinh(self), "sinh_")

    def cosh_(self) -> Any:
        return overwrite(self, trigonometry.cosh(self), "cosh_")

    def tanh_(self) -> Any:
        return overwrite(self, trigonometry.tanh(self), "tanh_")

    def asinh_(self) -> Any:
        return overwrite(self, trigonometry.asinh(self), "asinh_")

    def acosh_(self) -> Any:
        return overwrite(self, trigonometry.acosh(self), "acosh_")

    def atanh_(self) -> Any:
        return overwrite(self, trigonometry.atanh(self), "atanh_")

    def sinc_(self) -> Any:
        return overwrite(self, trigonometry.sinc(self), "sinc_")

    def deg2rad_(self) -> Any:
        return overwrite(self, trigonometry.deg2rad(self), "deg2rad_")

    def rad2deg_(self) -> Any:
        return overwrite(self, trigonometry.rad2deg(self), "rad2deg_")

    def relu_(self) -> Any:
        return overwrite(self, selection.relu(self), "relu_")

    def round_(self, *, decimals: int = 0) -> Any:
        return overwrite(self, rounding.round(self, decimals=decimals), "round_")

    def logit_(self, eps: Any = None) -> Any:
        return overwrite(self, exponential.logit(self, eps), "logit_")

    def xlogy_(self, other: Any) -> Any:
        return overwrite(self, exponential.xlogy(self, other), "xlogy_")

    def float_power_(self, exponent: Any) -> Any:
        return overwrite(self, power.float_power(self, exponent), "float_power_")

    def atan2_(self, other: Any) -> Any:
        return overwrite(self, trigonometry.atan2(self, other), "atan2_")

    def hypot_(self, other: Any) -> Any:
        return overwrite(self, trigonometry.hypot(self, other), "hypot_")

    def copysign_(self, other: Any) -> Any:
        return overwrite(self, signs.copysign(self, other), "copysign_")

    def nextafter_(self, other: Any) -> Any:
        return overwrite(self, signs.nextafter(self, other), "nextafter_")

    def clamp_(self, min: Any = None, max: Any = None) -> Any:
        return overwrite(self, selection.clamp(self, min, max), "clamp_")

    def clamp_min_(self, min: Any) -> Any:
        return overwrite(self, selection.clamp_min(self, min), "clamp_min_")

    def clamp_max_(self, max: Any) -> Any:
        return overwrite(self, selection.clamp_max(self, max), "clamp_max_")

    def nan_to_num_(self, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
        return overwrite(self, selection.nan_to_num(self, nan, posinf, neginf), "nan_to_num_")

    def heaviside_(self, values: Any) -> Any:
        return overwrite(self, selection.heaviside(self, values), "heaviside_")

    def polygamma_(self, n: int) -> Any:
        return overwrite(self, special.polygamma(n, self), "polygamma_")

    fix_, sgn_, clip_ = trunc_, sign_, clamp_
    arcsin_, arccos_, arctan_, arctan2_ = asin_, acos_, atan_, atan2_
    arcsinh_, arccosh_, arctanh_ = asinh_, acosh_, atanh_
