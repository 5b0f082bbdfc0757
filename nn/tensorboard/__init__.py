"""Event files for TensorBoard, and the same scalars as CSV files that `nn.history` and `nn.plotting` read."""

from nn.tensorboard.scalar_files import read_scalars
from nn.tensorboard.writer import SummaryWriter

__all__ = ["SummaryWriter", "read_scalars"]
