"""Recurrent layers that PyTorch lacks; what their steps compute stands in `nn.functional.recurrent_variants`."""

from __future__ import annotations

from functools import partial
from typing import Any

import nn.functional.recurrent as recurrent
import nn.functional.recurrent_variants as variants
from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor
from nn import init
from nn.layers.recurrent import LSTM, RNNBase, open_forget_gate
from nn.module import Module


class PeepholeLSTM(LSTM):
    """`nn.functional.recurrent_variants.peephole_lstm_step` over a sequence.

    As `LSTM`, and `weight_ci_l{k}`, `weight_cf_l{k}`, `weight_co_l{k}` for the gates that `peephole` names, of the
    letters i, f, o: (H,), each feature of a gate seeing its own cell, or with `full` (H, H). No `proj_size`.
    """

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, device: Any = None, dtype: Any = None,
        *, peephole: str = "ifo", full: bool = False, forget_bias: float = 0.0, single_bias: bool = False,
        recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        self.peephole = peephole
        self.full = full
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype,
            forget_bias=forget_bias, single_bias=single_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip

    def _check_settings(self) -> None:
        super()._check_settings()
        if not self.peephole or not set(self.peephole) <= set("ifo") or len(set(self.peephole)) < len(self.peephole):
            expected = "peephole of some of the letters i, f, o, each once"
            raise ArgumentError(complaint(self._get_name(), expected, repr(self.peephole)))

    def _shapes(self, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
        shape = (self.hidden_size, self.hidden_size) if self.full else (self.hidden_size,)
        return super()._shapes(inputs, outputs) | {f"weight_c{gate}": shape for gate in "ifo" if gate in self.peephole}

    def _peepholes(self, suffix: str) -> variants.Peepholes:
        return variants.Peepholes(*(getattr(self, f"weight_c{gate}{suffix}", None) for gate in "ifo"))

    def _step(self, suffix: str) -> recurrent.Step:
        return partial(variants.peephole_lstm_step, peepholes=self._peepholes(suffix))

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        weights, peepholes = self._weights(suffix), self._peepholes(suffix)
        return variants.peephole_lstm(input, start, weights, peepholes, sizes, reverse)

    def extra_repr(self) -> str:
        return super().extra_repr() + f", peephole={self.peephole!r}" + (", full=True" if self.full else "")


class MemoryCellRNN(RNNBase):
    """The LSTM without forget gate: `nn.functional.recurrent_variants.memory_cell_step` over a sequence; gates i, g, o.

    forward(input, (h_0, c_0)) gives what that of `LSTM` gives; settings and parameters as for `RNNBase`, without
    `proj_size`.
    """

    gates = 3
    states = 2

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, device: Any = None, dtype: Any = None,
        *, single_bias: bool = False, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(
            "MemoryCell", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            device=device, dtype=dtype, single_bias=single_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip

    def _step(self, suffix: str) -> recurrent.Step:
        return variants.memory_cell_step

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        return self._run_pair(input, hx)


class LayerNormLSTM(LSTM):
    """`nn.functional.recurrent_variants.layer_norm_lstm_step` over a sequence.

    As `LSTM`, but in the place of biases it has `gain_ih_l{k}`, `gain_hh_l{k}` (4·H,), `gain_c_l{k}` (H,), ones at
    first, and unless `bias=False` `shift_ih_l{k}`, `shift_hh_l{k}`, `shift_c_l{k}`, zeros at first but for the
    `forget_bias` in `shift_ih_l{k}`.
    """

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, device: Any = None, dtype: Any = None,
        *, eps: float = 1e-5, forget_bias: float = 0.0, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        self.eps = eps
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype,
            forget_bias=forget_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip

    def _shapes(self, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
        rows = self.gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, outputs)}
        for kind in ("gain", "shift") if self.bias else ("gain",):
            shapes |= {f"{kind}_ih": (rows,), f"{kind}_hh": (rows,), f"{kind}_c": (self.hidden_size,)}
        return shapes

    def reset_parameters(self) -> None:
        bound = self.hidden_size**-0.5
        for name, parameter in self.named_parameters():
            if name.startswith("weight"):
                init.uniform_(parameter, -bound, bound)
            else:
                init.constant_(parameter, float(name.startswith("gain")))
            if name.startswith("shift_ih"):
                open_forget_gate(parameter, self.forget_bias)

    def _step(self, suffix: str) -> recurrent.Step:
        norms = [
            variants.Norm(getattr(self, f"gain_{part}{suffix}"), getattr(self, f"shift_{part}{suffix}", None))
            for part in variants.Norms._fields
        ]
        return partial(variants.layer_norm_lstm_step, norms=variants.Norms(*norms), eps=self.eps)

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        return recurrent.sequence(self._step(suffix), input, start, self._weights(suffix), sizes, reverse)


class OriginalGRU(RNNBase):
    """`nn.functional.recurrent_variants.original_gru_step` over a sequence; gates r, z, n.

    forward(input, h_0) gives what that of `GRU` gives; settings and parameters as for `RNNBase`, without `proj_size`.
    """

    gates = 3

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, device: Any = None, dtype: Any = None,
        *, single_bias: bool = False, recurrent_dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(
            "OriginalGRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            device=device, dtype=dtype, single_bias=single_bias, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip

    def _dropped_step(self, suffix: str, mask: Tensor) -> recurrent.Step:
        return partial(variants.original_gru_step, mask=mask)

    def _whole(
        self, input: Tensor, start: list[Tensor], suffix: str, sizes: list[int] | None, reverse: bool
    ) -> tuple[Tensor, ...]:
        return variants.original_gru(input, start, self._weights(suffix), sizes, reverse)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Tensor]:
        output, (last,) = self._run(input, None if hx is None else (hx,))
        return output, last


class VariationalDropout(Module):
    """`nn.functional.recurrent_variants.variational_dropout`: features of a sequence dropped at all its steps."""

    def __init__(self, p: float = 0.5, batch_first: bool = False) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ArgumentError(complaint(self._get_name(), "p of at least 0 and below 1", str(p)))
        self.p = p
        self.batch_first = batch_first

    def forward(self, input: Any) -> Any:
        return variants.variational_dropout(input, self.p, self.training, self.batch_first)

    def extra_repr(self) -> str:
        return f"p={self.p}" + (", batch_first=True" if self.batch_first else "")
