"""Order and contents of batches against PyTorch's, from the same seed."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from nn import data

torch = pytest.importorskip("torch")
their_data = pytest.importorskip("torch.utils.data")


def seeded(seed: int) -> None:
    torch.manual_seed(seed)
    ag.manual_seed(seed)


def batches(loader: Any) -> list[Any]:
    return [[np.asarray(part).tolist() for part in batch] for batch in loader]


@pytest.mark.parametrize("options", [
    {"batch_size": 4},
    {"batch_size": 4, "shuffle": True},
    {"batch_size": 4, "shuffle": True, "drop_last": True},
    {"batch_size": None},
    {"batch_size": 32, "shuffle": True},
])  # fmt: skip
def test_loaders(options: dict[str, Any]) -> None:
    x, y = np.arange(30, dtype=np.float32).reshape(10, 3), np.arange(10)
    seeded(5)
    theirs = their_data.DataLoader(their_data.TensorDataset(torch.tensor(x), torch.tensor(y)), **options)
    ours = data.DataLoader(data.TensorDataset(ag.tensor(x), ag.tensor(y)), **options)
    assert len(theirs) == len(ours)
    for _ in range(3):
        expected = [[part.tolist() for part in batch] for batch in theirs]
        assert batches(ours) == expected
    assert torch.rand(3).tolist() == ag.rand(3).tolist()


def test_a_generator_of_its_own() -> None:
    theirs, ours = torch.Generator().manual_seed(9), ag.Generator().manual_seed(9)
    a = their_data.DataLoader(list(range(20)), batch_size=3, shuffle=True, generator=theirs)
    b = data.DataLoader(list(range(20)), batch_size=3, shuffle=True, generator=ours)
    for _ in range(2):
        assert [x.tolist() for x in a] == [x.tolist() for x in b]


@pytest.mark.parametrize("lengths", [[7, 3], [0.5, 0.5], [0.33, 0.33, 0.34]])
def test_random_split(lengths: list[float]) -> None:
    seeded(2)
    theirs = their_data.random_split(range(10), lengths)
    ours = data.random_split(range(10), lengths)
    assert [list(part) for part in theirs] == [list(part) for part in ours]


@pytest.mark.parametrize("make", [
    lambda d, source: d.RandomSampler(range(10)),
    lambda d, source: d.RandomSampler(range(10), replacement=True, num_samples=70),
    lambda d, source: d.RandomSampler(range(10), num_samples=25),
    lambda d, source: d.SubsetRandomSampler([3, 5, 8, 1]),
    lambda d, source: d.WeightedRandomSampler([0.1, 0.7, 0.2], 20),
    lambda d, source: d.WeightedRandomSampler([0.1, 0.7, 0.2], 3, replacement=False),
    lambda d, source: d.BatchSampler(d.SequentialSampler(range(10)), 3, False),
])  # fmt: skip
def test_samplers(make: Any) -> None:
    seeded(4)
    expected = list(make(their_data, None))
    seeded(4)
    assert list(make(data, None)) == expected


def test_collate() -> None:
    samples = [
        {"a": np.float32(1.5), "b": [1, 2.0], "c": "x", "d": True},
        {"a": np.float32(2), "b": [3, 4.0], "c": "y", "d": False},
    ]
    expected = their_data.default_collate(samples)
    found = data.default_collate(samples)
    assert found["c"] == expected["c"]
    for key in ("a", "d"):
        assert found[key].tolist() == expected[key].tolist()
        assert repr(found[key].dtype).split(".")[1] == repr(expected[key].dtype).split(".")[1]
    assert [x.tolist() for x in found["b"]] == [x.tolist() for x in expected["b"]]
    assert [str(x.dtype).split(".")[1] for x in found["b"]] == [str(x.dtype).split(".")[1] for x in expected["b"]]


@pytest.mark.parametrize("persistent", [False, True])
def test_workers_that_stay_draw_their_seed_once(persistent: bool) -> None:
    options: dict[str, Any] = {"num_workers": 1, "shuffle": True, "persistent_workers": persistent}
    found = []
    for library, module in ((torch, their_data), (ag, data)):
        library.manual_seed(0)
        loader = module.DataLoader(range(8), 4, **options)
        found.append([([b.tolist() for b in loader], library.rand(1).item()) for _ in range(3)])
    assert found[0] == found[1]
