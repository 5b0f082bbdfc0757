"""Datasets out of files: MNIST and its kin, CIFAR, folders of images, tables of numbers, and text."""

from nn.data.datasets.cifar import CIFAR10, CIFAR100
from nn.data.datasets.fake import FakeData
from nn.data.datasets.folders import DatasetFolder, ImageFolder
from nn.data.datasets.images import MNIST, FashionMNIST
from nn.data.datasets.tables import CSVDataset
from nn.data.datasets.text import TextDataset

__all__ = [
    "CIFAR10",
    "CIFAR100",
    "MNIST",
    "CSVDataset",
    "DatasetFolder",
    "FakeData",
    "FashionMNIST",
    "ImageFolder",
    "TextDataset",
]
