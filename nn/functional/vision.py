"""Rearranging pixels and channels."""

from __future__ import annotations

from autograd.ops.pixel_shuffle import channel_shuffle, pixel_shuffle, pixel_unshuffle

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]
