"""Exchanges of channels and places, element by element."""

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from autograd.ops.pixel_shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def shuffled(x, upscale_factor):
    r = upscale_factor
    *batch, channels, height, width = x.shape
    out = np.zeros((*batch, channels // (r * r), height * r, width * r), x.dtype)
    for c, i, j in np.ndindex(*out.shape[-3:]):
        out[..., c, i, j] = x[..., (c * r + i % r) * r + j % r, i // r, j // r]
    return out


def unshuffled(x, downscale_factor):
    r = downscale_factor
    *batch, channels, height, width = x.shape
    out = np.zeros((*batch, channels * r * r, height // r, width // r), x.dtype)
    for c, i, j in np.ndindex(channels, height, width):
        out[..., (c * r + i % r) * r + j % r, i // r, j // r] = x[..., c, i, j]
    return out


def dealt(x, groups):
    each = x.shape[1] // groups
    return np.stack([x[:, k % groups * each + k // groups] for k in range(x.shape[1])], 1)


CASES = [
    OpCase(pixel_shuffle, shuffled, [(2, 8, 2, 3)], {"upscale_factor": 2}),
    OpCase(pixel_shuffle, shuffled, [(9, 1, 2)], {"upscale_factor": 3}),
    OpCase(pixel_shuffle, shuffled, [(2, 1, 3, 2, 2)], {"upscale_factor": 1}),
    OpCase(pixel_shuffle, shuffled, [(0, 4, 2, 3)], {"upscale_factor": 2}),
    OpCase(pixel_unshuffle, unshuffled, [(2, 2, 4, 6)], {"downscale_factor": 2}),
    OpCase(pixel_unshuffle, unshuffled, [(2, 3, 6)], {"downscale_factor": 3}),
    OpCase(channel_shuffle, dealt, [(2, 6, 2, 2)], {"groups": 3}),
    OpCase(channel_shuffle, dealt, [(2, 6, 3)], {"groups": 2}),
    OpCase(channel_shuffle, dealt, [(0, 4, 1, 2, 2)], {"groups": 2}),
]

ERRORS = [
    ErrorCase(pixel_shuffle, [ag.zeros(1, 6, 2, 2), 2], ShapeError, r"\(\*, C·4, H, W\), got shape \(1, 6, 2, 2\)"),
    ErrorCase(pixel_shuffle, [ag.zeros(4, 2), 2], ShapeError, "pixel_shuffle"),
    ErrorCase(pixel_shuffle, [ag.zeros(1, 4, 2, 2), 0], ArgumentError, "upscale_factor of 1 or more, got 0"),
    ErrorCase(pixel_unshuffle, [ag.zeros(1, 4, 2, 3), 2], ShapeError, "H·2, W·2"),
    ErrorCase(pixel_unshuffle, [ag.zeros(1, 4, 2, 3), -1], ArgumentError, "downscale_factor"),
    ErrorCase(channel_shuffle, [ag.zeros(1, 4, 2, 3), 3], ShapeError, "C·3"),
    ErrorCase(channel_shuffle, [ag.zeros(4, 4), 2], ShapeError, "channel_shuffle"),
    ErrorCase(channel_shuffle, [ag.zeros(1, 4, 2, 3), 0], ArgumentError, "groups of 1 or more"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
