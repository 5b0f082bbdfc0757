"""Hyperparameters and the measures of a run, for TensorBoard's page that compares runs.

Source: the hparams plugin's plugin_data.proto and api.proto, and protobuf's struct.proto.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd.errors import ArgumentError, complaint
from nn.tensorboard.summaries import plugin
from nn.tensorboard.values import as_array
from nn.tensorboard.wire import block, double, integer

_STRING, _BOOL, _NUMBER = 1, 2, 3
_SUCCESS = 1


def _described(name: str, value: Any) -> tuple[int, bytes]:
    """The type of a hyperparameter, and its value as a message."""
    if isinstance(value, str):
        return _STRING, block(3, value)
    array = as_array("add_hparams", name, value)
    if array.size == 1 and array.dtype == bool:
        return _BOOL, integer(4, array.item())
    if array.size == 1 and array.dtype.kind not in "cOUSMm":
        return _NUMBER, double(2, float(array.reshape(-1)[0]))
    expected = f"a number, a text, a boolean or None for the hyperparameter {name!r}"
    raise ArgumentError(complaint("add_hparams", expected, repr(value)))


def _description(name: str, value: Any, domain: Iterable[Any] | None) -> bytes:
    message = block(1, name) + integer(4, _described(name, value)[0])
    if domain is not None:
        message += block(5, b"".join(block(1, _described(name, each)[1]) for each in domain))
    return block(4, message)


def hyperparameters(
    values: Mapping[str, Any], metrics: Mapping[str, Any], domains: Mapping[str, Iterable[Any]] | None = None
) -> list[bytes]:
    """The three events of a run that has been: what there is to compare, the run's own values, its end."""
    if not isinstance(values, Mapping) or not isinstance(metrics, Mapping):
        given = f"{type(values).__name__} and {type(metrics).__name__}"
        raise ArgumentError(complaint("add_hparams", "hyperparameters and metrics by name, in dicts", given))
    known = {name: value for name, value in values.items() if value is not None}
    if strange := set(domains or ()) - set(values):
        given = ", ".join(sorted(strange))
        raise ArgumentError(complaint("add_hparams", "domains of the hyperparameters given", given))
    described = [_description(name, value, (domains or {}).get(name)) for name, value in known.items()]
    measured = [block(5, block(1, block(2, tag))) for tag in metrics]
    own = [block(1, block(1, name) + block(2, _described(name, value)[1])) for name, value in known.items()]
    return [
        plugin("_hparams_/experiment", "hparams", block(2, b"".join(described + measured))),
        plugin("_hparams_/session_start_info", "hparams", block(3, b"".join(own))),
        plugin("_hparams_/session_end_info", "hparams", block(4, integer(1, _SUCCESS))),
    ]
