"""Files that go from PyTorch to us and back."""

from collections import OrderedDict

import numpy as np
import pytest

import autograd as ag
import nn
import optim

torch = pytest.importorskip("torch")

DTYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]


def alike(ours, theirs):
    if isinstance(theirs, torch.Tensor):
        assert str(ours.dtype).endswith(str(theirs.dtype).rpartition(".")[2]) and tuple(ours.shape) == theirs.shape
        np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())
        assert ours.requires_grad == theirs.requires_grad
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs) and type(ours).__name__ == type(theirs).__name__
        for key in theirs:
            alike(ours[key], theirs[key])
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for got, want in zip(ours, theirs, strict=True):
            alike(got, want)
    else:
        assert ours == theirs


def contents(library):
    base = library.arange(24).reshape(2, 3, 4)
    data = {name: (base % 2).to(getattr(library, name)) for name in DTYPES}
    data |= {"turned": base.transpose(0, 2), "part": base[1:, ::2], "whole": base, "empty": base[:, :0],
             "scalar": library.tensor(2.5), "learnt": library.ones(3, requires_grad=True)}  # fmt: skip
    return {**data, "nested": [1, (2.5, None), {"a": True}, OrderedDict(b="ü")], "large": 2**50, "infinite": -np.inf}


def test_their_files_are_read(tmp_path):
    torch.save(contents(torch), tmp_path / "x.pt")
    alike(ag.load(tmp_path / "x.pt"), contents(torch))


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("mmap", [False, True])
def test_our_files_are_read(tmp_path, weights_only, mmap):
    ag.save(contents(ag), tmp_path / "x.pt")
    alike(contents(ag), torch.load(tmp_path / "x.pt", weights_only=weights_only, mmap=mmap))


def test_brain_floats_become_float32(tmp_path):
    values = torch.randn(100).bfloat16()
    torch.save(values, tmp_path / "x.pt")
    found = ag.load(tmp_path / "x.pt")
    assert found.dtype == ag.float32
    np.testing.assert_array_equal(found.numpy(), values.float().numpy())


def test_old_files_are_named(tmp_path):
    torch.save(torch.ones(2), tmp_path / "x.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(ValueError, match=r"PyTorch 1\.6 or later"):
        ag.load(tmp_path / "x.pt")


def test_training_goes_on_across_libraries(tmp_path):
    """A model and its optimizer, trained there, saved, go on here as they would have there."""
    batches = np.random.default_rng(0).normal(size=(8, 5, 3)).astype(np.float32)

    def made(layers, algorithms):
        model = layers.Sequential(layers.Linear(3, 4), layers.Tanh(), layers.Linear(4, 2))
        return model, algorithms.AdamW(model.parameters(), lr=0.05)

    def train(library, model, optimizer, some):
        for batch in some:
            optimizer.zero_grad()
            loss = (model(library.tensor(batch)) ** 2).sum()
            loss.backward()
            optimizer.step()
        return loss.item()

    theirs, ours = made(torch.nn, torch.optim), made(nn, optim)
    train(torch, *theirs, batches[:4])
    torch.save({"model": theirs[0].state_dict(), "optimizer": theirs[1].state_dict()}, tmp_path / "x.pt")
    kept = ag.load(tmp_path / "x.pt")
    ours[0].load_state_dict(kept["model"])
    ours[1].load_state_dict(kept["optimizer"])
    expected = train(torch, *theirs, batches[4:])
    assert train(ag, *ours, batches[4:]) == pytest.approx(expected, rel=1e-4)
    ag.save({"model": ours[0].state_dict(), "optimizer": ours[1].state_dict()}, tmp_path / "y.pt")
    back = made(torch.nn, torch.optim)
    kept = torch.load(tmp_path / "y.pt")
    back[0].load_state_dict(kept["model"])
    back[1].load_state_dict(kept["optimizer"])
    assert train(torch, *back, batches) == pytest.approx(train(ag, *ours, batches), rel=1e-3)
