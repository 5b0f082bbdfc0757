"""Neural network layers, losses and initial values, with PyTorch's names and numbers."""

from nn.layers.container import ModuleDict, ModuleList, Sequential
from nn.layers.parameter_container import ParameterDict, ParameterList
from nn.module import Module
from nn.parameter import Buffer, Parameter

__all__ = ["Buffer", "Module", "ModuleDict", "ModuleList", "Parameter", "ParameterDict", "ParameterList", "Sequential"]
