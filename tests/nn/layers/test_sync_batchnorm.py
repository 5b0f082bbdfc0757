"""SyncBatchNorm: batch norm of any number of dimensions; conversion keeps parameters and statistics."""

import pytest

import autograd as ag
import nn
from autograd.errors import ShapeError


def test_it_is_batch_norm():
    ag.manual_seed(0)
    x = ag.randn(4, 3, 5) * 2 + 1
    one, other = nn.SyncBatchNorm(3, momentum=0.3), nn.BatchNorm1d(3, momentum=0.3)
    assert one(x).equal(other(x)) and one.running_var.equal(other.running_var)
    assert one.eval()(x[0, :, :1].mT).equal(other.eval()(x[0, :, :1].mT))
    with pytest.raises(ShapeError, match="two dimensions or more"):
        one(ag.ones(3))


def test_conversion():
    model = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.BatchNorm1d(4, affine=False, momentum=None).eval()))
    model.add_module("last", nn.BatchNorm1d(4, eps=0.1))
    x = ag.randn(6, 3)
    before = model(x)
    weight, mean = model.last.weight, model[1][0].running_mean
    converted = nn.SyncBatchNorm.convert_sync_batchnorm(model, "group")
    assert [type(m).__name__ for m in converted.modules()].count("SyncBatchNorm") == 2
    assert converted.last.weight is weight and converted[1][0].running_mean is mean and converted is model
    assert converted(x).equal(before) and not converted[1][0].training and converted.last.process_group == "group"
