"""The one device."""

import pytest

import autograd as ag
from autograd.errors import ArgumentError


def test_the_cpu_is_the_cpu() -> None:
    assert ag.device("cpu") == ag.ones(2).device
    assert repr(ag.device("cpu:0")) == repr(ag.device("cpu", 0)) == "device(type='cpu', index=0)"
    assert str(ag.device("cpu:0")) == "cpu:0" and str(ag.device("cpu")) == "cpu"
    assert ag.device(ag.device("cpu:1")).index == 1
    assert ag.ones(2).to("cpu").device.type == "cpu"


def test_the_default_device_is_the_cpu() -> None:
    ag.set_default_device("cpu")
    assert ag.get_default_device() == ag.device("cpu")
    with pytest.raises(ArgumentError, match="device: expected 'cpu'"):
        ag.set_default_device("cuda")


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps", "cpu:first", 0, ""])
def test_others_are_refused(name) -> None:
    with pytest.raises(ArgumentError, match="device: expected 'cpu'"):
        ag.device(name)
    with pytest.raises(ArgumentError, match="device: expected 'cpu'"):
        ag.zeros(2, device=name)
