"""A small GPT on characters, in the names of either library: pre-norm blocks, causal attention, learnt positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.libraries import Library
from benchmarks.training import Step, training_step

CHARACTERS, LENGTH, BATCH = 65, 64, 16
LAYERS, HEADS, WIDTH = 4, 4, 128


def gpt_step(library: Library, batch: int = BATCH, width: int = WIDTH) -> Step:
    """A fresh GPT and its training step with AdamW, which gives the loss before it; the same at every call."""
    library.tensors.manual_seed(0)
    net = gpt(library, width)
    optimizer = library.optim.AdamW(net.parameters(), lr=1e-3)
    text = np.random.default_rng(0).integers(0, CHARACTERS, (batch, LENGTH + 1))
    inputs, targets = (library.tensors.from_numpy(np.ascontiguousarray(part)) for part in (text[:, :-1], text[:, 1:]))
    cross_entropy = library.nn.functional.cross_entropy
    return training_step(optimizer, lambda: cross_entropy(net(inputs).view(-1, CHARACTERS), targets.view(-1)))


def gpt(library: Library, width: int = WIDTH) -> Any:
    """The network: indices (N, T) to logits (N, T, characters)."""
    nn, functional = library.nn, library.nn.functional

    class Block(nn.Module):  # type: ignore[name-defined]
        """Attention, then two linear layers, each added to what comes in."""

        def __init__(self) -> None:
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.queries_keys_values = nn.Linear(width, 3 * width)
            self.merge = nn.Linear(width, width)
            self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

        def forward(self, x: Any) -> Any:
            x = x + self.merge(self.attend(self.norm1(x)))
            return x + self.mlp(self.norm2(x))

        def attend(self, x: Any) -> Any:
            samples, length, _ = x.shape
            parts = self.queries_keys_values(x).split(width, dim=2)
            heads = [part.view(samples, length, HEADS, width // HEADS).transpose(1, 2) for part in parts]
            found = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_causal=True)
            return found.transpose(1, 2).reshape(samples, length, width)

    class GPT(nn.Module):  # type: ignore[name-defined]
        """Embeddings of characters and places, the blocks, a linear layer."""

        def __init__(self) -> None:
            super().__init__()
            self.characters, self.places = nn.Embedding(CHARACTERS, width), nn.Embedding(LENGTH, width)
            self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
            self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, CHARACTERS, bias=False)

        def forward(self, indices: Any) -> Any:
            places = library.tensors.arange(indices.shape[1])
            return self.head(self.norm(self.blocks(self.characters(indices) + self.places(places))))

    return GPT()
