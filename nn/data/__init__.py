"""Datasets, samplers and the loader that makes batches of them."""

from nn.data.collate import default_collate
from nn.data.dataloader import DataLoader
from nn.data.dataset import ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset, random_split
from nn.data.idx import load_mnist, read_idx
from nn.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

__all__ = [
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "load_mnist",
    "random_split",
    "read_idx",
]
