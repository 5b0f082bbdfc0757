"""Datasets, samplers and loaders: what needs no other library to be judged."""

import itertools
from collections import namedtuple
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, OperandError, ShapeError
from nn.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Subset,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    random_split,
)

Pair = namedtuple("Pair", "image label")


class Squares(Dataset):
    def __getitem__(self, index: int) -> Any:
        return index * index

    def __len__(self) -> int:
        return 10


class Stream(IterableDataset):
    def __iter__(self) -> Any:
        return iter(range(7))


def test_every_sample_comes_once_a_pass() -> None:
    loader = DataLoader(Squares(), batch_size=3, shuffle=True)
    found = [x for batch in loader for x in batch.tolist()]
    assert sorted(found) == [i * i for i in range(10)] and len(loader) == 4


def test_a_tensor_dataset_is_gathered_as_its_samples_say() -> None:
    x, y = ag.tensor(np.arange(12.0).reshape(6, 2)), ag.tensor(np.arange(6))
    dataset = TensorDataset(x, y)
    quick = list(DataLoader(dataset, batch_size=4))
    slow = list(DataLoader(dataset, batch_size=4, collate_fn=lambda samples: default_collate(samples)))
    for a, b in zip(quick, slow, strict=True):
        assert [part.tolist() for part in a] == [part.tolist() for part in b]
        assert [part.dtype for part in a] == [part.dtype for part in b]


def test_a_subclass_that_changes_samples_is_respected() -> None:
    class Doubled(TensorDataset):
        def __getitem__(self, index: Any) -> Any:
            (x,) = super().__getitem__(index)
            return (x * 2.0,)

    dataset = Doubled(ag.tensor([1.0, 2.0]))
    ((batch,),) = list(DataLoader(dataset, batch_size=2))
    ((part,),) = list(DataLoader(Subset(dataset, [1]), batch_size=2))
    assert batch.tolist() == [2.0, 4.0] and part.tolist() == [4.0]


def test_subsets_are_gathered_too() -> None:
    dataset = TensorDataset(ag.tensor([0.0, 10.0, 20.0, 30.0]))
    ((batch,),) = list(DataLoader(Subset(Subset(dataset, [3, 2, 1]), [0, 2]), batch_size=5))
    assert batch.tolist() == [30.0, 10.0]


def test_concatenation() -> None:
    both = Squares() + Squares()
    assert isinstance(both, ConcatDataset) and len(both) == 20 and both[13] == 9 and both[-1] == 81
    with pytest.raises(IndexError, match="20 samples"):
        both[20]


def test_streams() -> None:
    assert [b.tolist() for b in DataLoader(Stream(), batch_size=3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [b.tolist() for b in DataLoader(Stream(), batch_size=3, drop_last=True)] == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ArgumentError, match="IterableDataset without shuffle"):
        DataLoader(Stream(), shuffle=True)


def test_an_endless_sampler_is_lazy() -> None:
    sampler = RandomSampler(range(5), replacement=True, num_samples=10**10)
    assert len(sampler) == 10**10
    assert set(itertools.islice(sampler, 100)) <= set(range(5))


def test_weights_decide() -> None:
    assert set(WeightedRandomSampler([0.0, 1.0, 0.0], 20)) == {1}


def test_collate_keeps_structure() -> None:
    batch = default_collate([Pair(np.ones(2), 1), Pair(np.zeros(2), 2)])
    assert (
        isinstance(batch, Pair) and batch.image.tolist() == [[1.0, 1.0], [0.0, 0.0]] and batch.label.tolist() == [1, 2]
    )


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 5), (3, 40, 30)])
@pytest.mark.parametrize("kind", ["f4", "f8", "f2", "i8", "u1", "?"])
def test_tensors_are_stacked(shape: tuple[int, ...], kind: str) -> None:
    source = np.random.default_rng(0)
    arrays = [(source.random(shape) * 9).astype(kind) for _ in range(3)]
    for views in (arrays, [array.T for array in arrays], [np.flip(array) for array in arrays]):
        batch = default_collate([ag.from_numpy(np.asarray(view)) for view in views])
        assert batch.numpy().dtype == np.dtype(kind) and batch.shape == (3, *views[0].shape)
        for row, view in zip(batch.numpy(), views, strict=True):
            np.testing.assert_array_equal(row, view)
        kept = views[0].copy()
        batch.zero_()
        np.testing.assert_array_equal(views[0], kept)  # the batch is a copy


def test_tensors_of_other_dtypes_are_promoted() -> None:
    batch = default_collate([ag.tensor([1.5, 2.5]), ag.tensor([1.5, 2.5], dtype=ag.float64)])
    assert batch.dtype == ag.float64 and batch.tolist() == [[1.5, 2.5]] * 2
    with pytest.raises(ShapeError, match="equal shape"):
        default_collate([ag.ones(2, 3), ag.ones(3, 2)])


def test_custom_collate() -> None:
    assert list(DataLoader(Squares(), batch_size=4, collate_fn=list)) == [[0, 1, 4, 9], [16, 25, 36, 49], [64, 81]]


@pytest.mark.parametrize(
    "make,exception,message",
    [
        (lambda: DataLoader(Squares(), batch_size=0), ArgumentError, "positive integer, got 0"),
        (lambda: DataLoader(Squares(), shuffle=True, sampler=[1]), ArgumentError, "shuffle or a sampler"),
        (lambda: DataLoader(Squares(), 2, batch_sampler=[[1]]), ArgumentError, "batch_sampler alone"),
        (lambda: DataLoader(Squares(), None, drop_last=True), ArgumentError, "drop_last with a batch_size"),
        (lambda: TensorDataset(ag.ones(2), ag.ones(3)), ShapeError, r"sizes \[2, 3\]"),
        (lambda: random_split(range(10), [3, 3]), ArgumentError, "sum to 10"),
        (lambda: default_collate([ag.ones(2), ag.ones(3)]), ShapeError, r"shapes \[\(2,\), \(3,\)\].*collate_fn"),
        (lambda: default_collate([object()]), DTypeError, "object.*collate_fn"),
        (lambda: default_collate([[1, 2], [1]]), ShapeError, r"lengths \[1, 2\]"),
        (lambda: BatchSampler([1], True), ArgumentError, "positive integer"),
        (lambda: RandomSampler([1], num_samples=0), ArgumentError, "num_samples > 0"),
        (lambda: DataLoader([], shuffle=True), ArgumentError, "an empty data source"),
        (lambda: ConcatDataset([Stream()]), OperandError, "ChainDataset"),
    ],
)
def test_errors(make: Any, exception: Any, message: str) -> None:
    with pytest.raises(exception, match=message):
        make()


def test_a_tensor_is_a_dataset() -> None:
    """Its methods are not taken for a dataset's."""
    assert [batch.tolist() for batch in DataLoader(ag.arange(6).reshape(3, 2), batch_size=2)] == [
        [[0, 1], [2, 3]], [[4, 5]],
    ]  # fmt: skip


def test_a_subset_that_redefines_its_samples_is_asked_for_them() -> None:
    class Doubled(Subset):
        def __getitem__(self, index: Any) -> Any:
            return (super().__getitem__(index)[0] * 2,)

    ((batch,),) = list(DataLoader(Doubled(TensorDataset(ag.arange(4)), [1, 3]), batch_size=2))
    assert batch.tolist() == [2, 6]


def test_integers_beside_fractions_keep_the_fractions() -> None:
    batch = default_collate([1, 2.5])
    assert batch.tolist() == [1, 2.5] and batch.dtype == ag.float64


def test_a_sample_that_raises_stop_iteration_is_no_shorter_batch() -> None:
    class Ending(Dataset):
        def __len__(self) -> int:
            return 6

        def __getitem__(self, index):
            return index if index < 3 else next(iter(()))

    with pytest.raises(ArgumentError, match="StopIteration for 3"):
        list(DataLoader(Ending(), batch_size=2))


@pytest.mark.parametrize("workers", [0, 2])
def test_a_pass_has_a_length_and_goes_on_after_an_error(workers: int) -> None:
    class Broken(Squares):
        def __getitem__(self, index: int) -> int:
            if index in (2, 5):
                raise OSError(f"file {index}")
            return index

    batches, seen = iter(DataLoader(Broken(), batch_size=2, num_workers=workers)), []
    assert len(batches) == 5
    while True:
        try:
            seen.append(next(batches).tolist())
        except StopIteration:
            break
        except OSError as error:
            seen.append(f"file {str(error).strip()[-1]}")
    assert seen == [[0, 1], "file 2", "file 5", [6, 7], [8, 9]]


def test_what_is_set_too_late_is_refused() -> None:
    loader = DataLoader(Squares(), 2)
    for name in ("batch_size", "drop_last", "sampler", "batch_sampler", "dataset", "persistent_workers"):
        with pytest.raises(ArgumentError, match=f"DataLoader.{name}: expected no change"):
            setattr(loader, name, None)
    loader.collate_fn = list
    assert next(iter(loader)) == [0, 1]
    assert loader.batch_size == 2 and DataLoader(Squares(), batch_sampler=[[1]]).batch_size is None


def test_an_empty_part_of_fractions_makes_a_warning() -> None:
    with pytest.warns(UserWarning, match="part 1 of 2 is empty"):
        assert [len(part) for part in random_split(range(2), [0.9, 0.1])] == [2, 0]
