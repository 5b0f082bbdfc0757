"""Packing, padding and clipping against PyTorch."""

from itertools import product

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(4)


@pytest.mark.parametrize(("batch_first", "ordered", "total"), list(product((False, True), (False, True), (None, 7))))
def test_packing(batch_first, ordered, total):
    lengths = [5, 4, 4, 1] if ordered else [4, 1, 5, 4]
    values = SOURCE.normal(size=(4, 5, 3) if batch_first else (5, 4, 3))
    found = []
    for library, rnn in ((ag, nn.utils.rnn), (torch, torch.nn.utils.rnn)):
        x = library.tensor(values, requires_grad=True)
        packed = rnn.pack_padded_sequence(x, library.tensor(lengths), batch_first, enforce_sorted=ordered)
        padded, sizes = rnn.pad_packed_sequence(packed, batch_first, 2.5, total)
        (padded * padded).sum().backward()
        found.append([packed.data.detach(), packed.batch_sizes, padded.detach(), sizes, x.grad])
        order = [packed.sorted_indices, packed.unsorted_indices]
        found[-1] += [] if ordered else order
        assert not ordered or order == [None, None]
    for got, want in zip(*found, strict=True):
        np.testing.assert_array_equal(got.numpy(), want.numpy())
        assert str(got.dtype).endswith(str(want.dtype).rpartition(".")[2])


@pytest.mark.parametrize(("batch_first", "side"), list(product((False, True), ("left", "right"))))
def test_padding(batch_first, side):
    values = [SOURCE.normal(size=(length, 2)) for length in (2, 5, 1)]
    got = nn.utils.rnn.pad_sequence([ag.tensor(v) for v in values], batch_first, -1.0, side)
    want = torch.nn.utils.rnn.pad_sequence([torch.tensor(v) for v in values], batch_first, -1.0, side)
    np.testing.assert_array_equal(got.numpy(), want.numpy())


@pytest.mark.parametrize(("norm_type", "max_norm"), list(product((1.0, 2.0, 3.0, float("inf")), (0.5, 100.0))))
def test_clipping(norm_type, max_norm):
    values, found = [SOURCE.normal(size=shape).astype(np.float32) for shape in ((3, 4), (5,))], []
    for library, utils in ((ag, nn.utils), (torch, torch.nn.utils)):
        chosen = [library.zeros(v.shape, requires_grad=True) for v in values]
        for parameter, value in zip(chosen, values, strict=True):
            parameter.grad = library.tensor(value)
        norm = utils.clip_grad_norm_(chosen, max_norm, norm_type)
        found.append([norm, *(p.grad for p in chosen)])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-6)
