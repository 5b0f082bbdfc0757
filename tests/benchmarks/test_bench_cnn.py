"""The networks that are timed are the ones that they are called."""

import numpy as np
import pytest

import nn
from benchmarks import bench_cnn
from benchmarks.libraries import OURS


def parameters(net):
    return sum(parameter.numel() for parameter in net.parameters())


def test_lenet_has_its_parameters_and_learns():
    assert parameters(bench_cnn.lenet(nn)) == 61_706
    step = bench_cnn.lenet_step(OURS)
    losses = [step().item() for _ in range(3)]
    assert losses[0] == pytest.approx(np.log(10), abs=0.1) and losses == sorted(losses, reverse=True)


def test_resnet_has_its_parameters_and_layers():
    torch = pytest.importorskip("torch")
    net = bench_cnn.ResNet20(torch.nn)
    projections = 16 * 32 + 32 * 64 + 2 * (32 + 64)  # 1×1 convolutions and their norms, which the paper does without
    assert parameters(net) == 269_722 + projections
    convolutions = [p for p in net.parameters() if p.ndim == 4]
    assert len(convolutions) == 19 + 2
    assert net(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
