"""Channels exchanged with places: compositions of reshape and permute."""

from __future__ import annotations

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.shape import permute, reshape
from autograd.typing import A


def pixel_shuffle(input: A, upscale_factor: int) -> A:
    """(*, C·r², H, W) as (*, C, H·r, W·r) with r = `upscale_factor`: each r² channels become a square of pixels.

    Raises ShapeError unless there are so many channels, ArgumentError for r < 1.
    Source: Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional
    neural network" (2016).
    """
    _require_factor("pixel_shuffle", "upscale_factor", upscale_factor)
    r, shape = upscale_factor, tuple(input.shape)
    if len(shape) < 3 or shape[-3] % (r * r):
        raise ShapeError(complaint("pixel_shuffle", f"input (*, C·{r * r}, H, W)", f"shape {shape}"))
    *batch, channels, height, width = shape
    n = len(batch)
    parts = reshape(input, (*batch, channels // (r * r), r, r, height, width))
    mixed = permute(parts, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return reshape(mixed, (*batch, channels // (r * r), height * r, width * r))


def pixel_unshuffle(input: A, downscale_factor: int) -> A:
    """(*, C, H·r, W·r) as (*, C·r², H, W) with r = `downscale_factor`: what undoes `pixel_shuffle`.

    Raises ShapeError unless r divides the height and the width, ArgumentError for r < 1.
    """
    _require_factor("pixel_unshuffle", "downscale_factor", downscale_factor)
    r, shape = downscale_factor, tuple(input.shape)
    if len(shape) < 3 or shape[-2] % r or shape[-1] % r:
        raise ShapeError(complaint("pixel_unshuffle", f"input (*, C, H·{r}, W·{r})", f"shape {shape}"))
    *batch, channels, height, width = shape
    n = len(batch)
    parts = reshape(input, (*batch, channels, height // r, r, width // r, r))
    mixed = permute(parts, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return reshape(mixed, (*batch, channels * r * r, height // r, width // r))


def channel_shuffle(input: A, groups: int) -> A:
    """(N, C, *) with its channels dealt out: the first of each group, then the second of each, and so on.

    Raises ShapeError unless `groups` divides the channels, ArgumentError for groups < 1.
    Source: Zhang et al., "ShuffleNet" (2017).
    """
    _require_factor("channel_shuffle", "groups", groups)
    shape = tuple(input.shape)
    if len(shape) < 3 or shape[1] % groups:
        raise ShapeError(complaint("channel_shuffle", f"input (N, C·{groups}, *, *)", f"shape {shape}"))
    parts = reshape(input, (shape[0], groups, shape[1] // groups, *shape[2:]))
    return reshape(permute(parts, (0, 2, 1, *range(3, len(shape) + 1))), shape)


def _require_factor(where: str, name: str, factor: int) -> None:
    if factor < 1:
        raise ArgumentError(complaint(where, f"{name} of 1 or more", str(factor)))
