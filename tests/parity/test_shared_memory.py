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


def test_strides_of_any_kind():
    whole = ag.arange(24.0).reshape(2, 3, 4)
    for pick in (lambda x: x.transpose(0, 2), lambda x: x[:, ::2, 1:3], lambda x: x[0, 0, 0], lambda x: x[:, :0],
                 lambda x: x[:1].expand(5, 3, 4)):  # fmt: skip
        theirs, ours = torch.from_dlpack(pick(whole)), ag.from_dlpack(pick(torch.arange(24.0).reshape(2, 3, 4)))
        np.testing.assert_array_equal(theirs.numpy(), ours.numpy(), strict=True)
        if theirs.numel():
            assert theirs.data_ptr() == pick(whole).data_ptr() and theirs.stride() == ours.stride()


def test_memory_read_backwards_is_not_given_away():
    """PyTorch ends the whole process on a negative stride."""
    backwards = ag.from_numpy(np.arange(4.0)[::-1])
    with pytest.raises(BufferError, match="backwards"):
        torch.from_dlpack(backwards)
    assert torch.from_dlpack(backwards.clone()).tolist() == [3.0, 2.0, 1.0, 0.0]


@pytest.mark.parametrize("name", ["bfloat16", "complex64", "uint16"])
def test_types_that_do_not_exist_here(name):
    with pytest.raises(TypeError, match="float32"):
        ag.from_dlpack(torch.ones(2).to(getattr(torch, name)))


@pytest.mark.parametrize(
    "share",
    [
        ag.from_dlpack,
        lambda x: ag.from_numpy(np.from_dlpack(x)),
        lambda x: ag.as_tensor(np.from_dlpack(x)),
        lambda x: ag.from_numpy(x.numpy()),
    ],
)
def test_writes_to_memory_of_others_are_noticed(share):
    weight = ag.ones(3, requires_grad=True)
    ours = share(torch.ones(3))
    loss = (ours * weight).sum()
    ours[1:].add_(1)
    assert ours._version == 1
    with pytest.raises(RuntimeError, match="mul"):
        loss.backward()


def test_same_errors():
    for library, other in ((ag, torch), (torch, ag)):
        with pytest.raises(BufferError, match="Can't export tensors that require gradient, use tensor.detach()"):
            other.from_dlpack(library.ones(2, requires_grad=True))
    assert np.asarray(torch.from_dlpack(ag.tensor(2.5))) == 2.5
