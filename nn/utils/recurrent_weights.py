"""Weights of recurrent layers from one convention to another: dicts like those of `state_dict` to new ones.

A convention is the order of the gates, how many biases a gate has, and what the update gate of a GRU counts. The keys
are those of layers (`weight_ih_l0`), of cells (`weight_ih`) or of models that hold them (`encoder.rnn.weight_ih_l0`);
those of other parameters pass unchanged. The values are tensors or arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.creation import as_tensor, zeros_like
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.joining import cat

_GATED = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "gain_ih", "gain_hh", "shift_ih", "shift_hh")


def reorder_gates(weights: Mapping[str, Any], source: str, target: str) -> dict[str, Any]:
    """The gates, one letter each, from one order to another: `reorder_gates(weights, "gifo", "ifgo")`.

    PyTorch's and ours are "ifgo" and "rzn". Raises ArgumentError, and ShapeError for rows that are no multiple of the
    gates.
    """
    if sorted(source) != sorted(target) or len(set(source)) != len(source):
        expected = "two orders of the same letters"
        raise ArgumentError(complaint("reorder_gates", expected, f"{source!r} and {target!r}"))
    places = [source.index(gate) for gate in target]
    return _changed("reorder_gates", weights, len(source), lambda gates: [gates[place] for place in places])


def flip_update_gate(weights: Mapping[str, Any], gates: str = "rzn") -> dict[str, Any]:
    """A GRU's z from what stays of the state to what is new, or back: h' = z·h + (1 − z)·n or (1 − z)·h + z·n.

    PyTorch and `nn.GRU` have the first, lectures, papers and `nn.OriginalGRU` the second. The rows of z change their
    sign, since 1 − sigmoid(x) is sigmoid(−x). Whether the reset gate acts before or after the product no change of
    weights can alter. Raises ArgumentError for `gates` without a z, and ShapeError.
    """
    if "z" not in gates:
        raise ArgumentError(complaint("flip_update_gate", "an order of gates with a z", repr(gates)))
    place = gates.index("z")
    return _changed(
        "flip_update_gate", weights, len(gates), lambda parts: [*parts[:place], -parts[place], *parts[place + 1 :]]
    )


def merge_biases(weights: Mapping[str, Any]) -> dict[str, Any]:
    """One bias a gate, `bias_ih`, for `single_bias=True`: the sum of both. For `nn.GRU`, see `merge_gru_biases`."""
    found = dict(weights)
    with no_grad():
        for key in [key for key in found if _kind(key) == "bias_hh"]:
            found[_other(key)] = found[_other(key)] + found.pop(key)
    return found


def merge_gru_biases(weights: Mapping[str, Any], tolerance: float = 0.0) -> dict[str, Any]:
    """`merge_biases` for `nn.GRU`, gates r, z, n, where the reset gate multiplies the last third of `bias_hh`.

    Raises ArgumentError where that third is larger than `tolerance`: one bias cannot stand for it.
    """
    for key, bias in weights.items():
        if _kind(key) == "bias_hh":
            largest = float(as_tensor(bias).detach().chunk(3)[2].abs().max())
            if largest > tolerance:
                expected = f"{key} of zeros in the rows of n, which the reset gate multiplies"
                raise ArgumentError(complaint("merge_gru_biases", expected, f"up to {largest:g}"))
    return merge_biases(weights)


def split_biases(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Two biases a gate: `bias_hh` of zeros beside each `bias_ih`, in PyTorch's order of keys."""
    found: dict[str, Any] = {}
    for key, value in weights.items():
        found[key] = value
        if _kind(key) == "bias_ih" and _other(key) not in weights:
            found[_other(key)] = zeros_like(as_tensor(value))
    return found


def from_concatenated(weight: Any, hidden_size: int, bias: Any = None, state_first: bool = True) -> dict[str, Any]:
    """`weight_ih`, `weight_hh`, `bias_ih` from one W (gates·H, H + I) that multiplies [h, x], and its bias.

    `state_first=False`: it multiplies [x, h]. Raises ShapeError.
    """
    if weight.ndim != 2 or weight.shape[0] % hidden_size or weight.shape[1] <= hidden_size:
        expected = f"W of shape (gates · {hidden_size}, {hidden_size} + I)"
        raise ShapeError(complaint("from_concatenated", expected, f"shape {tuple(weight.shape)}"))
    inputs = weight.shape[1] - hidden_size
    if state_first:
        recurrent, own = weight.split([hidden_size, inputs], 1)
    else:
        own, recurrent = weight.split([inputs, hidden_size], 1)
    return {"weight_ih": own, "weight_hh": recurrent} | ({} if bias is None else {"bias_ih": bias})


def _kind(key: str) -> str:
    """`weight_ih` for `encoder.rnn.weight_ih_l0_reverse`; nothing for the key of another parameter."""
    name = key.rpartition(".")[2]
    return next((kind for kind in _GATED if name == kind or name.startswith(f"{kind}_l")), "")


def _other(key: str) -> str:
    module, dot, name = key.rpartition(".")
    kinds = ("bias_hh", "bias_ih") if name.startswith("bias_hh") else ("bias_ih", "bias_hh")
    return module + dot + name.replace(*kinds)


def _changed(where: str, weights: Mapping[str, Any], count: int, change: Any) -> dict[str, Any]:
    """The dict with the blocks of rows of each parameter that has gates changed."""
    found = {}
    with no_grad():
        for key, value in weights.items():
            if not _kind(key):
                found[key] = value
                continue
            if value.shape[0] % count:
                expected = f"{key} with a multiple of {count} rows"
                raise ShapeError(complaint(where, expected, f"shape {tuple(value.shape)}"))
            found[key] = cat(change(list(as_tensor(value).chunk(count))))
    return found
