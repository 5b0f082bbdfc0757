"""Whole modules in files: they come back as they were, where their classes are given, and nothing else does."""

import io

import pytest

import autograd as ag
import nn
from autograd.errors import OperandError
from autograd.files.errors import FileFormatError


def saved_and_loaded(data, path):
    ag.save(data, path)
    return ag.load(path)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.LSTM(3, 2))
        self.out = nn.Linear(3, 3)
        self.out.weight = self.body[0].weight
        self.twice, self.sizes = self.body[0], (1, 2)

    def forward(self, x):
        return self.out(self.body[:2](x)) + self.twice(x)


def test_whole_modules(tmp_path):
    net, path = Net(), tmp_path / "x.safetensors"
    net(ag.randn(5, 3)).sum().backward()
    ag.save(net.eval(), path)
    with pytest.raises(FileFormatError, match=r"one of Net.*classes=\[Net\].*add_safe_globals"):
        ag.load(path)
    found = ag.load(path, classes=[Net])
    x = ag.randn(4, 3)
    assert type(found) is Net and found(x).equal(net(x)) and found.sizes == (1, 2) and not found.training
    assert found.out.weight is found.body[0].weight and found.twice is found.body[0]
    assert isinstance(found.out.weight, nn.Parameter) and found.out.weight.requires_grad
    assert list(found.state_dict()) == list(net.state_dict()) and isinstance(found.body[1].running_mean, nn.Buffer)
    layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    assert repr(saved_and_loaded(layers, path)) == repr(layers)


class OnlyNet(Net):
    pass


def test_whole_modules_under_pytorchs_names(tmp_path):
    net, path = OnlyNet().eval(), tmp_path / "x.pt"
    x = ag.randn(4, 3)
    for data in (net, {"epoch": 3, "nets": [net]}):
        ag.save(data, path)
        with pytest.raises(FileFormatError, match=r"one of OnlyNet.*add_safe_globals"):
            ag.load(path, weights_only=None)
        for found in (ag.load(path, classes=[OnlyNet]), ag.load(path, weights_only=False)):
            again = found if data is net else found["nets"][0]
            assert type(again) is OnlyNet and again(x).equal(net(x))
    buffer = io.BytesIO()
    ag.save(net, buffer)
    buffer.seek(0)
    assert ag.load(buffer, weights_only=False)(x).equal(net(x))
    twin = type("OnlyNet", (nn.Module,), {})
    with pytest.raises(FileFormatError, match="one of OnlyNet"):
        ag.load(path, weights_only=False)
    assert issubclass(twin, nn.Module)
    with pytest.raises(OperandError, match="OnlyNet at net"):
        ag.save({"net": net}, tmp_path / "x.npz")


def test_a_class_that_is_named_like_a_layer_is_not_taken_for_it(tmp_path):
    own, path = type("Identity", (nn.Module,), {"forward": lambda self, x: -x}), tmp_path / "x.safetensors"
    ag.save(nn.Sequential(own(), nn.Identity()), path)
    for options in ({}, {"weights_only": False}):
        with pytest.raises(FileFormatError, match=r"one of Identity.*classes=\[Identity\]"):
            ag.load(path, **options)
    found = ag.load(path, classes=[own])
    assert type(found[0]) is own and type(found[1]) is nn.Identity


def test_only_objects_that_can_be_restored_are_made(tmp_path):
    path = tmp_path / "x.safetensors"
    ag.save(Net(), path)
    path.write_bytes(path.read_bytes().replace(b"LSTM", b"Evil"))
    with pytest.raises(FileFormatError, match="one of Evil"):
        ag.load(path, classes=[Net, type("Evil", (), {})])
