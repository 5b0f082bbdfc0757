"""Residual networks: torchvision's keys, sizes and arithmetic."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError
from nn.models import BasicBlock, resnet18, resnet34


@pytest.mark.parametrize(("make", "count", "tensors"), [(resnet18, 11_689_512, 122), (resnet34, 21_797_672, 218)])
def test_sizes_are_torchvisions(make, count, tensors):
    model = make(weights=None)
    assert sum(p.numel() for p in model.parameters()) == count and len(model.state_dict()) == tensors
    keys = {"conv1.weight", "bn1.running_var", "layer2.0.downsample.0.weight", "layer4.1.conv2.weight", "fc.bias"}
    assert keys <= set(model.state_dict())
    assert model.state_dict()["layer3.0.downsample.0.weight"].shape == (256, 128, 1, 1)


def test_scores_and_gradients():
    model = resnet18(num_classes=7)
    scores = model(ag.randn(2, 3, 64, 64))
    assert scores.shape == (2, 7)
    scores.square().sum().backward()
    assert all(p.grad is not None and bool(p.grad.isfinite().all()) for p in model.parameters())


def test_block_adds_the_path_around():
    block = BasicBlock(4, 4).eval()
    nn.init.zeros_(block.conv2.weight)
    x = ag.randn(1, 4, 5, 5)
    np.testing.assert_array_equal(block(x).detach().numpy(), np.maximum(x.numpy(), 0))


def test_first_layer_can_be_replaced_and_the_last_cut_off():
    model = resnet18()
    model.conv1 = nn.Conv2d(1, 64, 7, stride=2, padding=3, bias=False)
    body = nn.Sequential(*list(model.children())[:-1])
    assert body(ag.randn(2, 1, 28, 28)).shape == (2, 512, 1, 1)


def test_weights_are_not_downloaded():
    with pytest.raises(ArgumentError, match="load_state_dict"):
        resnet18(weights="DEFAULT")
