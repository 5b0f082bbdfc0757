"""The networks whose gradients are timed give them."""

import pytest

import autograd
from benchmarks import bench_backward
from benchmarks.libraries import OURS


@pytest.mark.parametrize("title", bench_backward.NETWORKS)
def test_networks_of_one_tensor(title):
    make, shape = bench_backward.NETWORKS[title]
    net, inputs = make(OURS), autograd.randn(*shape, requires_grad=True)
    net(inputs).square().mean().backward()
    assert inputs.grad.abs().sum().item() > 0
    net.zero_grad()
