"""Batches of sequences of different lengths: packed and padded, there and back."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, OperandError, ShapeError
from autograd.gradcheck import gradcheck, gradgradcheck
from nn.utils.rnn import (
    PackedSequence,
    invert_permutation,
    pack_padded_sequence,
    pack_sequence,
    pad_packed_sequence,
    pad_sequence,
    unpack_sequence,
    unpad_sequence,
)

SEQUENCES = [ag.tensor([1.0, 2.0, 3.0]), ag.tensor([4.0]), ag.tensor([5.0, 6.0])]


def test_packed_data_run_step_by_step_from_the_longest():
    packed = pack_sequence(SEQUENCES, enforce_sorted=False)
    assert packed.data.tolist() == [1, 5, 4, 2, 6, 3] and packed.batch_sizes.tolist() == [3, 2, 1]
    assert packed.sorted_indices.tolist() == [0, 2, 1] and packed.unsorted_indices.tolist() == [0, 2, 1]
    in_order = pack_sequence([SEQUENCES[0], SEQUENCES[2], SEQUENCES[1]])
    assert in_order.data.equal(packed.data) and in_order.sorted_indices is None


def test_there_and_back():
    padded, lengths = pad_packed_sequence(pack_sequence(SEQUENCES, False), batch_first=True, padding_value=-1.0)
    assert padded.tolist() == [[1, 2, 3], [4, -1, -1], [5, 6, -1]] and lengths.tolist() == [3, 1, 2]
    longer, _ = pad_packed_sequence(pack_sequence(SEQUENCES, False), total_length=4)
    assert longer.shape == (4, 3) and longer[3].tolist() == [0, 0, 0]
    for found in (unpack_sequence(pack_sequence(SEQUENCES, False)), unpad_sequence(padded, lengths, True)):
        assert all(got.equal(want) for got, want in zip(found, SEQUENCES, strict=True))


def test_padding_sides():
    assert pad_sequence(SEQUENCES, True, 9.0).tolist() == [[1, 2, 3], [4, 9, 9], [5, 6, 9]]
    assert pad_sequence(SEQUENCES, True, padding_side="left").tolist() == [[1, 2, 3], [0, 0, 4], [0, 5, 6]]
    assert pad_sequence(SEQUENCES).tolist() == [[1, 4, 5], [2, 0, 6], [3, 0, 0]]
    assert pad_sequence([ag.ones(2, 3), ag.ones(1, 3)]).shape == (2, 2, 3)


def test_gradients_pass_through():
    x = ag.randn(3, 4, 2, dtype=ag.float64, requires_grad=True)

    def there_and_back(x):
        return pad_packed_sequence(pack_padded_sequence(x, [2, 3, 1, 3], enforce_sorted=False))[0]

    assert gradcheck(there_and_back, (x,)) and gradgradcheck(there_and_back, (x,))
    there_and_back(x).sum().backward()
    np.testing.assert_array_equal(x.grad[:, 0, 0].numpy(), [1, 1, 0])


def test_packed_sequences_convert():
    packed = pack_sequence(SEQUENCES, False)
    assert packed.double().data.dtype == ag.float64 and packed.to(ag.float16).data.dtype == ag.float16
    assert packed.half().data.dtype == ag.float16 and packed.long().data.dtype == ag.int64
    assert packed.int().data.dtype == ag.int32 and not packed.is_pinned()
    with pytest.raises(ArgumentError, match="cuda"):
        packed.cuda()
    assert not packed.is_cuda and packed.cpu() is packed and packed.double().float().data.dtype == ag.float32
    data, *rest = packed
    assert isinstance(packed.double(), PackedSequence) and data is packed.data and len(rest) == 3
    assert invert_permutation(ag.tensor([2, 0, 1])).tolist() == [1, 2, 0] and invert_permutation(None) is None


def test_lengths_may_be_whole_floats_and_the_first_dtype_counts():
    counts = pack_padded_sequence(ag.ones(3, 2), ag.tensor([3.0, 1.0])).batch_sizes
    assert counts.dtype == ag.int64 and counts.tolist() == [2, 1, 1]
    assert pad_sequence([ag.ones(2), ag.ones(1, dtype=ag.float64)]).dtype == ag.float32


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: pack_padded_sequence(ag.ones(3), [1]), ShapeError, "two dimensions"),
        (lambda: pack_padded_sequence(ag.ones(3, 2), [1, 2]), ArgumentError, "enforce_sorted=False"),
        (lambda: pack_padded_sequence(ag.ones(3, 2), [2, 0]), ArgumentError, "from 1 to 3"),
        (lambda: pack_padded_sequence(ag.ones(3, 2), [4, 1]), ArgumentError, "from 1 to 3"),
        (lambda: pack_padded_sequence(ag.ones(3, 2), [2]), ShapeError, "2 integers"),
        (lambda: pack_padded_sequence(ag.ones(3, 2), [2.5, 1.0]), ShapeError, "float64"),
        (lambda: pack_padded_sequence(ag.ones(3, 0), ag.zeros(0, dtype=ag.int64)), ArgumentError, "one sequence"),
        (lambda: pack_padded_sequence(ag.ones(0, 2), [0, 0]), ArgumentError, "one step"),
        (lambda: pack_padded_sequence([[1.0]], [1]), OperandError, "a Tensor, got list"),
        (lambda: pad_packed_sequence(ag.ones(3, 2)), OperandError, "a PackedSequence, got Tensor"),
        (lambda: pad_sequence([[1.0], [2.0]]), OperandError, "as Tensors, got list"),
        (lambda: pad_packed_sequence(pack_sequence(SEQUENCES, False), total_length=2), ArgumentError, "at least 3"),
        (lambda: pad_sequence([]), ArgumentError, "at least one"),
        (lambda: pad_sequence([ag.ones(2, 3), ag.ones(2, 4)]), ShapeError, "first size only"),
        (lambda: pad_sequence(SEQUENCES, padding_side="top"), ArgumentError, '"left" or "right"'),
        (lambda: pack_sequence(SEQUENCES), ArgumentError, "longest to shortest"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
