"""The chain rule of a small graph in words and numbers."""

from autograd.explanation.paths import GradPath, GradPaths, grad_paths
from autograd.explanation.story import Explanation, Factor, Step, explain

__all__ = ["Explanation", "Factor", "GradPath", "GradPaths", "Step", "explain", "grad_paths"]
