"""Switches of PyTorch's libraries: they take any value and change nothing, for those libraries are not used here."""

from __future__ import annotations

from types import SimpleNamespace

__all__ = ["cpu", "cuda", "cudnn", "mkl", "mkldnn", "mps", "openmp"]


def _no() -> bool:
    return False


cudnn = SimpleNamespace(
    benchmark=False, deterministic=False, enabled=False, allow_tf32=False, is_available=_no, version=lambda: None
)
cuda = SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False), is_built=_no)
mps = SimpleNamespace(is_available=_no, is_built=_no)
mkl = SimpleNamespace(is_available=_no)
mkldnn = SimpleNamespace(is_available=_no, enabled=False)
openmp = SimpleNamespace(is_available=_no)
cpu = SimpleNamespace(get_cpu_capability=lambda: "DEFAULT")
