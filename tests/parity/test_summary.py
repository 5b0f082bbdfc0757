"""Multiply-adds against PyTorch's counter, which counts each as two operations."""

import pytest

import nn

torch = pytest.importorskip("torch")
flop_counter = pytest.importorskip("torch.utils.flop_counter")


@pytest.mark.parametrize(
    ("build", "shape"),
    [
        (lambda nn: nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 2)), (4, 5)),
        (lambda nn: nn.Sequential(nn.Conv2d(4, 6, 3, padding=1, groups=2), nn.Conv2d(6, 3, 2, stride=2)), (2, 4, 8, 8)),
        (lambda nn: nn.ConvTranspose2d(3, 5, 4, stride=2, padding=1), (2, 3, 6, 6)),
        (lambda nn: nn.Conv1d(3, 5, 4, dilation=2), (2, 3, 20)),
    ],
)
def test_counts(build, shape):
    with flop_counter.FlopCounterMode(display=False) as counter:
        build(torch.nn)(torch.zeros(shape))
    assert nn.summary(build(nn), shape).multiply_adds * 2 == counter.get_total_flops()
