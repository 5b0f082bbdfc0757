"""Single recurrent steps as layers: RNNCell, LSTMCell, GRUCell."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import nn.functional.recurrent as recurrent
from autograd.creation import empty
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.linear import linear
from nn import init
from nn.layers.recurrent import open_forget_gate
from nn.layers.recurrent_checks import check_features, check_state, pair_of_states
from nn.module import Module
from nn.parameter import Parameter


class RNNCellBase(Module):
    """What all cells share: input (N, I) or (I,), states (N, H) or (H,), parameters uniform on ±1/√H at first.

    Raises ArgumentError for wrong settings, and for input and states ShapeError, DTypeError, OperandError.
    """

    gates: ClassVar[int] = 1

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = self.gates * hidden_size
        self.weight_ih = Parameter(empty(rows, input_size, device=device, dtype=dtype))
        self.weight_hh = Parameter(empty(rows, hidden_size, device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty(rows, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _checked(self, input: Any, states: tuple[Any, ...] | None, count: int) -> tuple[Any, tuple[Any, ...]]:
        """The input's share in all gates, and the states, zeros where none are given."""
        name = self._get_name()
        if input.ndim not in (1, 2):
            expected = f"input (N, {self.input_size}) or ({self.input_size},)"
            raise ShapeError(complaint(name, expected, f"shape {tuple(input.shape)}"))
        weight = self.weight_ih
        check_features(name, input, self.input_size, weight)
        shape = (*input.shape[:-1], self.hidden_size)
        if states is None:
            states = (input.new_zeros(shape),) * count
        for label, state in zip(("h_0", "c_0")[:count], states, strict=True):
            check_state(name, label, state, shape, input)
        return linear(input, weight, self.bias_ih), states

    def _weights(self) -> recurrent.Weights:
        """What a step needs beyond the input's share."""
        return recurrent.Weights(None, self.weight_hh, None, self.bias_hh)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias else ', bias=False'}"


class RNNCell(RNNCellBase):
    """`nn.functional.recurrent.rnn_step`: forward(input, h) gives the new h."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh", device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ArgumentError(complaint("RNNCell", 'nonlinearity "tanh" or "relu"', repr(nonlinearity)))
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        share, states = self._checked(input, None if hx is None else (hx,), 1)
        return recurrent.rnn_step(share, states, self._weights(), self.nonlinearity)[0]

    def extra_repr(self) -> str:
        return super().extra_repr() + (f", nonlinearity={self.nonlinearity}" if self.nonlinearity != "tanh" else "")


class LSTMCell(RNNCellBase):
    """`nn.functional.recurrent.lstm_step`: forward(input, (h, c)) gives the new (h, c).

    Beyond PyTorch, `forget_bias` is added to the first values of the forget gate's `bias_ih`.
    """

    gates = 4

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None,
        *, forget_bias: float = 0.0,
    ) -> None:  # fmt: skip
        if forget_bias and not bias:
            given = f"bias=False and {forget_bias}"
            raise ArgumentError(complaint("LSTMCell", "bias=True for a forget_bias", given))
        self.forget_bias = float(forget_bias)
        super().__init__(input_size, hidden_size, bias, device, dtype)

    def reset_parameters(self) -> None:
        super().reset_parameters()
        if self.forget_bias:
            open_forget_gate(self.bias_ih, self.forget_bias)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        share, states = self._checked(input, pair_of_states(self._get_name(), hx), 2)
        h, c = recurrent.lstm_cell(share, states, self._weights())
        return h, c


class GRUCell(RNNCellBase):
    """`nn.functional.recurrent.gru_step`: forward(input, h) gives the new h."""

    gates = 3

    def forward(self, input: Any, hx: Any = None) -> Any:
        share, states = self._checked(input, None if hx is None else (hx,), 1)
        return recurrent.gru_cell(share, states, self._weights())
