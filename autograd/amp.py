"""Mixed precision for scripts that ask for it: switched off, as in PyTorch where there is no GPU."""

from __future__ import annotations

from contextlib import ContextDecorator
from typing import Any

__all__ = ["GradScaler", "autocast"]


class autocast(ContextDecorator):
    """A block, or a decorated function, that computes in the dtypes it is given: nothing is cast.

    The arguments, PyTorch's, are accepted.
    """

    def __init__(
        self, device_type: str = "cpu", dtype: Any = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        self.device_type = device_type
        self.fast_dtype = dtype

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *exception: object) -> None:
        return None


class GradScaler:
    """A scaler of losses that leaves them as they are: float32 gradients need no scale. The arguments are accepted."""

    def __init__(self, device: Any = "cpu", **options: Any) -> None:
        self.device = device

    def is_enabled(self) -> bool:
        """Always False."""
        return False

    def get_scale(self) -> float:
        """Always 1."""
        return 1.0

    def scale(self, outputs: Any) -> Any:
        """`outputs` itself."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Nothing: gradients have no scale."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """What `optimizer.step(*args, **kwargs)` returns."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        """Nothing: the scale is always 1."""

    def state_dict(self) -> dict[str, Any]:
        """An empty dict, as of a disabled scaler in PyTorch."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Accepts any state."""
