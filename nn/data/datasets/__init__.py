"""Datasets out of files: MNIST and its kin, CIFAR-10, tables of numbers, and text."""

from nn.data.datasets.fake import FakeData
from nn.data.datasets.images import CIFAR10, MNIST, FashionMNIST
from nn.data.datasets.tables import CSVDataset
from nn.data.datasets.text import TextDataset

__all__ = ["CIFAR10", "MNIST", "CSVDataset", "FakeData", "FashionMNIST", "TextDataset"]
