"""Recurrent networks over sequences: RNN, LSTM, GRU, of several layers and in both directions.

What a step computes stands in `nn.functional.recurrent`.
"""

from __future__ import annotations

import math
import warnings
from functools import partial
from typing import Any, ClassVar

import numpy as np

import nn.functional.recurrent as recurrent
import nn.functional.recurrent_variants as variants
from autograd.array_like import array_of
from autograd.creation import empty
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.indexing import index_select
from autograd.ops.joining import cat, stack
from autograd.tensor import Tensor
from nn import init
from nn.functional.dropout import dropout
from nn.layers.recurrent_checks import check_features, check_state, is_share, pair_of_states
from nn.module import Module
from nn.parameter import Parameter
from nn.utils.rnn import PackedSequence, pack_like, pad_sorted


class RNNBase(Module):
    """What all recurrent layers share: settings, parameters, the walk over layers and directions.

    Input (T, N, I), or (N, T, I) with `batch_first`, or (T, I) without a batch, or a `PackedSequence`. Parameters are
    `weight_ih_l{k}` (gates·H, I), `weight_hh_l{k}` (gates·H, H), `bias_ih_l{k}`, `bias_hh_l{k}` (gates·H,), those of
    the other direction with `_reverse` behind; I is H, or 2·H of both directions, from the second layer on. All start
    uniform on ±1/√H. `dropout`: of what goes from layer to layer, in training mode. Beyond PyTorch: `single_bias`, no
    `bias_hh`; `recurrent_dropout`, of the state that the gates see, in training mode and with one mask for all steps.
    Raises ArgumentError for wrong settings, and for input and states ShapeError, DTypeError, OperandError.
    """

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1

    def __init__(
        self, mode: str, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, proj_size: int = 0,
        device: Any = None, dtype: Any = None, *, single_bias: bool = False, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self.single_bias = single_bias
        self.recurrent_dropout = recurrent_dropout
        self._check_settings()
        self.dropout, self.recurrent_dropout = float(dropout), float(recurrent_dropout)
        directions = ("", "_reverse") if bidirectional else ("",)
        self._suffixes = [f"_l{layer}{way}" for layer in range(num_layers) for way in directions]
        outputs = proj_size or hidden_size
        for number, suffix in enumerate(self._suffixes):
            inputs = input_size if number < len(directions) else outputs * len(directions)
            for name, shape in self._shapes(inputs, outputs).items():
                self.register_parameter(name + suffix, Parameter(empty(*shape, device=device, dtype=dtype)))
        self.reset_parameters()

    def _shapes(self, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
        """The parameters of one layer and direction, in the order in which they are drawn."""
        rows = self.gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, outputs)}
        if self.bias:
            shapes |= {"bias_ih": (rows,)} if self.single_bias else {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    def _check_settings(self) -> None:
        name = self._get_name()
        for setting in ("input_size", "hidden_size", "num_layers"):
            value = getattr(self, setting)
            if not isinstance(value, int | np.integer) or isinstance(value, bool) or value <= 0:
                raise ArgumentError(complaint(name, f"an integer above 0 as {setting}", repr(value)))
        if not isinstance(self.bias, bool):
            raise ArgumentError(complaint(name, "True or False as bias", repr(self.bias)))
        if not is_share(self.dropout):
            raise ArgumentError(complaint(name, "dropout from 0 to 1", repr(self.dropout)))
        if not 0 <= self.proj_size < self.hidden_size:
            raise ArgumentError(complaint(name, f"proj_size from 0 to {self.hidden_size - 1}", str(self.proj_size)))
        if not is_share(self.recurrent_dropout) or self.recurrent_dropout == 1:
            given = repr(self.recurrent_dropout)
            raise ArgumentError(complaint(name, "recurrent_dropout of at least 0 and below 1", given))
        if self.dropout and self.num_layers == 1:
            warnings.warn(f"{name}: dropout is applied between layers, and num_layers is 1", stacklevel=4)

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: for PyTorch's sake."""

    @property
    def _all_weights(self) -> list[list[str]]:
        """The names of the parameters of each layer and direction, as PyTorch's users look for them."""
        return [[kind + suffix for kind in self._shapes(1, 1)] for suffix in self._suffixes]

    @property
    def all_weights(self) -> list[list[Parameter]]:
        """The parameters of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def _walk(
        self, input: Tensor, states: list[Tensor], packed: PackedSequence | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """All layers over input (T, N, I) from states (layers · directions, N, H) each; their outputs and last states.

        `packed`: where the input is a packed batch, padded in its order.
        """
        found: list[list[Tensor]] = []
        sizes = None if packed is None else array_of(packed.batch_sizes).tolist()
        ways = 2 if self.bidirectional else 1
        for layer in range(self.num_layers):
            outputs = []
            for way in range(ways):
                number = layer * ways + way
                start = [state[number] for state in states]
                output, *last = self._direction(input, start, self._suffixes[number], sizes, way == 1)
                outputs.append(output)
                found.append(last)
            input = outputs[0] if ways == 1 else cat(outputs, -1)
            if self.dropout and self.training and layer + 1 < self.num_layers:
                input = self._dropped(input, packed)
        return input, [stack([last[k] for last in found]) for k in range(self.states)]

    def _dropped(self, output: Tensor, packed: PackedSequence | None) -> Tensor:
        """What the next layer sees in training; padding takes no random numbers, as in PyTorch."""
        if packed is None:
            return dropout(output, self.dropout)
        steps = pack_like(output, packed)
        return pad_sorted(steps._replace(data=dropout(steps.data, self.dropout)))

    def _direction(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        """One layer in one direction: step by step where the state is dropped, else by the quickest way."""
        if not (self.recurrent_dropout and self.training):
            return self._whole(input, start, suffix, sizes, reverse)
        mask = variants.recurrent_mask(start[0], self.recurrent_dropout)
        step = self._dropped_step(suffix, mask)
        return recurrent.sequence(step, input, start, self._weights(suffix), sizes, reverse)

    def _weights(self, suffix: str) -> recurrent.Weights:
        return recurrent.Weights(*(getattr(self, kind + suffix, None) for kind in recurrent.Weights._fields))

    def _step(self, suffix: str) -> recurrent.Step:
        """One step of a layer and direction."""
        raise NotImplementedError

    def _dropped_step(self, suffix: str, mask: Tensor) -> recurrent.Step:
        """The step whose gates see the state times a mask (N, H)."""
        return variants.with_dropped_state(self._step(suffix), mask)

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        """One layer in one direction over whole sequences."""
        return recurrent.sequence(self._step(suffix), input, start, self._weights(suffix), sizes, reverse)

    def _run(self, input: Any, states: tuple[Any, ...] | None) -> tuple[Any, list[Tensor]]:
        """The outputs in the form of the input, and the last states."""
        if isinstance(input, PackedSequence):
            return self._run_packed(input, states)
        if input.ndim not in (2, 3):
            batched = f"(N, T, {self.input_size})" if self.batch_first else f"(T, N, {self.input_size})"
            expected = f"input {batched} or (T, {self.input_size}), or a PackedSequence"
            raise ShapeError(complaint(self._get_name(), expected, f"shape {tuple(input.shape)}"))
        self._check_input(input)
        single, swapped = input.ndim == 2, self.batch_first and input.ndim == 3
        steps = input.unsqueeze(1) if single else input.transpose(0, 1) if swapped else input
        if not steps.shape[0]:
            raise ShapeError(complaint(self._get_name(), "at least one step", f"shape {tuple(input.shape)}"))
        starts = self._starts(states, steps, steps.shape[1], single)
        output, last = self._walk(steps, starts)
        if single:
            return output.squeeze(1), [state.squeeze(1) for state in last]
        return (output.transpose(0, 1) if swapped else output), last

    def _run_pair(self, input: Any, hx: Any) -> tuple[Any, tuple[Tensor, Tensor]]:
        """`_run` where the states are h and c."""
        output, last = self._run(input, pair_of_states(self._get_name(), hx))
        return output, (last[0], last[1])

    def _run_packed(self, packed: PackedSequence, states: tuple[Any, ...] | None) -> tuple[Any, list[Tensor]]:
        if packed.data.ndim != 2:
            expected, given = f"packed sequences (T, {self.input_size})", f"data of shape {tuple(packed.data.shape)}"
            raise ShapeError(complaint(self._get_name(), expected, given))
        self._check_input(packed.data)
        starts = self._starts(states, packed.data, int(packed.batch_sizes[0]), False)
        order, back = packed.sorted_indices, packed.unsorted_indices
        if states is not None and order is not None:
            starts = [index_select(state, 1, order) for state in starts]
        output, last = self._walk(pad_sorted(packed), starts, packed)
        if back is not None:
            last = [index_select(state, 1, back) for state in last]
        return pack_like(output, packed), last

    def _check_input(self, input: Tensor) -> None:
        check_features(self._get_name(), input, self.input_size, next(self.parameters(), None))

    def _starts(self, states: tuple[Any, ...] | None, input: Tensor, batch: int, single: bool) -> list[Tensor]:
        """The states to begin with, (layers · directions, N, H), checked; zeros where none are given."""
        count = len(self._suffixes)
        sizes = [self.proj_size or self.hidden_size, self.hidden_size][: self.states]
        if states is None:
            return [input.new_zeros((count, batch, size)) for size in sizes]
        for state, size, name in zip(states, sizes, ("h_0", "c_0")[: self.states], strict=True):
            check_state(self._get_name(), name, state, (count, size) if single else (count, batch, size), input)
        return [state.unsqueeze(1) if single else state for state in states]

    def extra_repr(self) -> str:
        parts = [f"{self.input_size}, {self.hidden_size}"]
        parts += [f"proj_size={self.proj_size}"] if self.proj_size else []
        parts += [f"num_layers={self.num_layers}"] if self.num_layers != 1 else []
        parts += ["bias=False"] if not self.bias else []
        parts += ["batch_first=True"] if self.batch_first else []
        parts += [f"dropout={self.dropout}"] if self.dropout else []
        parts += ["bidirectional=True"] if self.bidirectional else []
        parts += ["single_bias=True"] if self.single_bias else []
        return ", ".join(parts + ([f"recurrent_dropout={self.recurrent_dropout}"] if self.recurrent_dropout else []))


def open_forget_gate(bias: Any, amount: float) -> None:
    """Add the amount to the second quarter of a bias (4·H,), in place."""
    with no_grad():
        bias.chunk(4)[1].add_(amount)


class RNN(RNNBase):
    """`nn.functional.recurrent.rnn_step` over a sequence; `nonlinearity` "tanh" or "relu".

    forward(input, h_0) gives the outputs (T, N, ways·H) and the last states (layers·ways, N, H); ways is 2 if
    bidirectional. Settings and parameters as for `RNNBase`, which says what is raised.
    """

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh", bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False, device: Any = None,
        dtype: Any = None, *, single_bias: bool = False, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ArgumentError(complaint("RNN", 'nonlinearity "tanh" or "relu"', repr(nonlinearity)))
        super().__init__(
            f"RNN_{nonlinearity.upper()}", input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, device=device, dtype=dtype, single_bias=single_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip
        self.nonlinearity = nonlinearity

    def _step(self, suffix: str) -> recurrent.Step:
        return partial(recurrent.rnn_step, nonlinearity=self.nonlinearity)

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        return recurrent.rnn(input, start, self._weights(suffix), sizes, reverse, self.nonlinearity)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Tensor]:
        output, (last,) = self._run(input, None if hx is None else (hx,))
        return output, last


class LSTM(RNNBase):
    """`nn.functional.recurrent.lstm_step` over a sequence; gates i, f, g, o.

    forward(input, (h_0, c_0)) gives the outputs (T, N, ways·H) and the last states (h_n, c_n), each
    (layers·ways, N, H); ways is 2 if bidirectional. With `proj_size` P outputs and h have P features, and
    `weight_hr_l{k}` is (P, H).
    Settings and parameters as for `RNNBase`; beyond PyTorch, `forget_bias` is added to the first values of the forget
    gates' `bias_ih`, so that they start open.
    """

    gates = 4
    states = 2

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, proj_size: int = 0, device: Any = None, dtype: Any = None,
        *, forget_bias: float = 0.0, single_bias: bool = False, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        self.forget_bias = float(forget_bias)
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size, device,
            dtype, single_bias=single_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip

    def _check_settings(self) -> None:
        super()._check_settings()
        if self.forget_bias and not self.bias:
            given = f"bias=False and {self.forget_bias}"
            raise ArgumentError(complaint(self._get_name(), "bias=True for a forget_bias", given))

    def reset_parameters(self) -> None:
        super().reset_parameters()
        if self.forget_bias:
            for suffix in self._suffixes:
                open_forget_gate(getattr(self, "bias_ih" + suffix), self.forget_bias)

    def _step(self, suffix: str) -> recurrent.Step:
        return recurrent.lstm_step

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        return recurrent.lstm(input, start, self._weights(suffix), sizes, reverse)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        return self._run_pair(input, hx)


class GRU(RNNBase):
    """`nn.functional.recurrent.gru_step` over a sequence; gates r, z, n.

    forward(input, h_0) gives the outputs (T, N, ways·H) and the last states (layers·ways, N, H); ways is 2 if
    bidirectional. Settings and parameters as for `RNNBase`, which says what is raised.
    """

    gates = 3

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, device: Any = None, dtype: Any = None,
        *, single_bias: bool = False, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(
            "GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, device=device,
            dtype=dtype, single_bias=single_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip

    def _dropped_step(self, suffix: str, mask: Tensor) -> recurrent.Step:
        return variants.with_dropped_gru(mask)

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        return recurrent.gru(input, start, self._weights(suffix), sizes, reverse)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Tensor]:
        output, (last,) = self._run(input, None if hx is None else (hx,))
        return output, last
