"""Memory shared with PyTorch through DLPack, both ways."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("name", ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"])
def test_both_ways(name):
    ours = ag.zeros(2, 3, dtype=getattr(ag, name)).t()
    theirs = torch.from_dlpack(ours)
    theirs[2, 1] = 1
    assert ours[2, 1] == 1 and theirs.dtype == getattr(torch, name) and theirs.stride() == ours.stride()
    theirs = torch.zeros(4, dtype=getattr(torch, name))[::2]
    ours = ag.from_dlpack(theirs)
    ours[1] = 1
    assert theirs[1] == 1 and ours.dtype == getattr(ag, name)


def test_same_errors():
    for library, other in ((ag, torch), (torch, ag)):
        with pytest.raises(BufferError, match="Can't export tensors that require gradient, use tensor.detach()"):
            other.from_dlpack(library.ones(2, requires_grad=True))
    assert np.asarray(torch.from_dlpack(ag.tensor(2.5))) == 2.5
