"""Files that go from PyTorch to us and back."""

from argparse import Namespace
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
import optim

torch = pytest.importorskip("torch")

DTYPES = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool"]


def assert_alike(ours, theirs):
    if isinstance(theirs, torch.Tensor):
        assert str(ours.dtype).endswith(str(theirs.dtype).rpartition(".")[2]) and tuple(ours.shape) == theirs.shape
        np.testing.assert_array_equal(ours.detach().numpy(), theirs.detach().numpy())
        assert ours.requires_grad == theirs.requires_grad
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs) and type(ours).__name__ == type(theirs).__name__
        for key in theirs:
            assert_alike(ours[key], theirs[key])
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for got, want in zip(ours, theirs, strict=True):
            assert_alike(got, want)
    elif isinstance(theirs, np.ndarray):
        np.testing.assert_array_equal(ours, theirs, strict=True)
    elif isinstance(theirs, torch.dtype | torch.device):
        assert str(ours).rpartition(".")[2] == str(theirs).rpartition(".")[2]
    else:
        assert ours == theirs and type(ours).__name__ == type(theirs).__name__


def contents(library):
    base = library.arange(24).reshape(2, 3, 4)
    data = {name: (base % 2).to(getattr(library, name)) for name in DTYPES}
    data |= {"turned": base.transpose(0, 2), "part": base[1:, ::2], "whole": base, "empty": base[:, :0],
             "scalar": library.tensor(2.5), "learnt": library.ones(3, requires_grad=True)}  # fmt: skip
    return {**data, "nested": [1, (2.5, None), {"a": True}, OrderedDict(b="ü")], "large": 2**50, "infinite": -np.inf}


def test_their_files_are_read(tmp_path):
    torch.save(contents(torch), tmp_path / "x.pt")
    assert_alike(ag.load(tmp_path / "x.pt"), contents(torch))


@pytest.mark.parametrize("weights_only", [True, False])
@pytest.mark.parametrize("mmap", [False, True])
def test_our_files_are_read(tmp_path, weights_only, mmap):
    ag.save(contents(ag), tmp_path / "x.pt")
    assert_alike(contents(ag), torch.load(tmp_path / "x.pt", weights_only=weights_only, mmap=mmap))


def test_brain_floats_become_float32(tmp_path):
    values = torch.randn(100).bfloat16()
    torch.save(values, tmp_path / "x.pt")
    found = ag.load(tmp_path / "x.pt")
    assert found.dtype == ag.float32
    np.testing.assert_array_equal(found.numpy(), values.float().numpy())


def plain(library):
    """What checkpoints hold besides tensors, and tensors of other kinds."""
    return {
        "type": [library.float32, library.int64, library.bool, library.bfloat16], "device": library.device("cpu"),
        "options": Namespace(lr=0.1, sizes=[1, (2,)]), "counts": defaultdict(int, a=1), "lists": defaultdict(list),
        "bytes": [b"\x00\xff", b"", bytearray(b"ab")], "sets": [{1, "a"}, frozenset({2}), Counter("a"), deque([1], 3)],
        "numbers": [1j, 2**70, -(2**2500), range(1, 9, 2), slice(1, None)],
        "arrays": [np.arange(6.0).reshape(2, 3).T, np.array(2, np.int8), np.zeros((0, 2)), np.array(["ä", "bc"])],
        "path": Path("a") / "b", "size": library.ones(2, 3).shape, "none": None, "text": ["", "\ud800", "x" * 300],
    }  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"_use_new_zipfile_serialization": False}, {"pickle_protocol": 4}], ids=str)
def test_their_files_of_each_form_are_read(options, tmp_path):
    state = OrderedDict(weight=torch.nn.Parameter(torch.ones(2)), count=torch.tensor(3))
    state._metadata = OrderedDict({"": {"version": 1}})
    data = {
        **contents(torch),
        **plain(torch),
        "state": state,
        "scalars": [np.float32(0.5), np.int64(3), np.bool_(True)],
    }
    torch.save(data, tmp_path / "x.pt", **options)
    found = ag.load(tmp_path / "x.pt")
    assert_alike(found, data)
    assert found["state"]._metadata == state._metadata
    found["whole"][1, 0, 0] = -1
    assert found["part"][0, 0, 0] == -1 and found["turned"][0, 0, 1] == -1


def test_our_plain_data_is_read(tmp_path):
    ag.save(plain(ag), tmp_path / "x.pt")
    theirs = torch.load(tmp_path / "x.pt", weights_only=False)
    assert_alike(plain(ag), theirs)
    for name in ("x.pt", "x.safetensors"):
        ag.save({**plain(ag), "arrays": []}, tmp_path / name)
        assert_alike(ag.load(tmp_path / name), {**theirs, "arrays": []})


def test_tensors_of_pytorchs_classes(tmp_path):
    marked, kept = torch.ones(2), torch.nn.Parameter(torch.zeros(1))
    marked.tag, kept.tag = "x", "y"
    data = [marked, kept, torch.nn.Buffer(torch.arange(3)), torch.eye(3).to_sparse(), torch.arange(4).untyped_storage()]
    torch.save(data, tmp_path / "x.pt")
    found = ag.load(tmp_path / "x.pt")
    assert_alike(found[:3], data[:3])
    assert found[0].tag == "x" and found[1].tag == "y"
    np.testing.assert_array_equal(found[3].to_dense().numpy(), np.eye(3))
    np.testing.assert_array_equal(found[4].view(np.int64), np.arange(4))


@pytest.mark.parametrize("dtype", ["complex64", "uint16", "float8_e5m2"])
def test_types_that_do_not_exist_here_are_named(dtype, tmp_path):
    torch.save(torch.ones(2).to(getattr(torch, dtype)), tmp_path / "x.pt")
    with pytest.raises(ValueError, match=f"(?i){dtype[:5]}"):
        ag.load(tmp_path / "x.pt")


def test_one_object_twice_stays_one(tmp_path):
    tensor, inner = ag.ones(3), [1]
    data = {"a": tensor, "b": tensor, "c": [inner, inner], "sparse": ag.eye(2).to_sparse()}
    data["itself"] = data
    ag.save(data, tmp_path / "x.pt")
    for found in (ag.load(tmp_path / "x.pt"), torch.load(tmp_path / "x.pt")):
        assert found["a"] is found["b"] and found["c"][0] is found["c"][1] and found["itself"] is found
        np.testing.assert_array_equal(found["sparse"].to_dense().numpy(), np.eye(2))


def test_generators_go_on_across_libraries(tmp_path):
    ours, theirs = ag.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    torch.rand(7, generator=theirs)
    torch.save(theirs, tmp_path / "x.pt")
    assert ag.rand(5, generator=ag.load(tmp_path / "x.pt")).tolist() == torch.rand(5, generator=theirs).tolist()
    ag.save(ours, tmp_path / "y.pt")
    again = torch.load(tmp_path / "y.pt", weights_only=False)
    assert torch.rand(5, generator=again).tolist() == ag.rand(5, generator=ours).tolist()


def test_a_part_and_the_whole_share_memory_in_any_order(tmp_path):
    for pick in (lambda x: [x[:2], x, x[5000:]], lambda x: [x, x[1:3]]):
        torch.save(pick(torch.arange(9000.0)), tmp_path / "theirs.pt")
        ag.save(pick(ag.arange(9000.0)), tmp_path / "ours.pt")
        expected = torch.load(tmp_path / "theirs.pt")
        assert_alike(ag.load(tmp_path / "theirs.pt"), expected)
        assert_alike(ag.load(tmp_path / "ours.pt"), expected)
        assert_alike(pick(ag.arange(9000.0)), torch.load(tmp_path / "ours.pt"))


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


def test_the_state_of_random_numbers_goes_both_ways(tmp_path):
    for library, other in ((ag, torch), (torch, ag)):
        library.manual_seed(5)
        library.rand(3)
        library.save({"random": library.get_rng_state()}, tmp_path / "x.pt")
        other.set_rng_state(other.load(tmp_path / "x.pt")["random"].cpu())
        assert library.randn(20).tolist() == pytest.approx(other.randn(20).tolist(), abs=1e-6)
