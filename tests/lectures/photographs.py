"""Photographs that come with scikit-learn."""

import numpy as np
import pytest

import autograd as torch
import nn.functional as F


def photograph(name: str, shrink: int = 1) -> torch.Tensor:
    """A photograph of scikit-learn's in [0, 1], (1, 3, height / shrink, width / shrink)."""
    datasets = pytest.importorskip("sklearn.datasets")
    pytest.importorskip("PIL")
    pixels = torch.from_numpy(datasets.load_sample_image(name).astype(np.float32) / 255)
    return F.avg_pool2d(pixels.permute(2, 0, 1).unsqueeze(0), shrink)
