"""Neural network layers, losses and initial values, with PyTorch's names and numbers."""

from nn import data, functional, init
from nn.layers.activation import (
    CELU,
    ELU,
    GELU,
    SELU,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softmin,
    Softplus,
    Tanh,
)
from nn.layers.container import ModuleDict, ModuleList, Sequential
from nn.layers.divergence_loss import CTCLoss, GaussianNLLLoss, KLDivLoss, PoissonNLLLoss
from nn.layers.dropout import Dropout
from nn.layers.flatten import Flatten, Unflatten
from nn.layers.linear import Bilinear, Identity, Linear
from nn.layers.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from nn.layers.margin_loss import (
    CosineEmbeddingLoss,
    HingeEmbeddingLoss,
    HingeLoss,
    MarginRankingLoss,
    MultiLabelMarginLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    PairwiseDistance,
    PerceptronLoss,
    SoftMarginLoss,
    TripletMarginLoss,
    TripletMarginWithDistanceLoss,
)
from nn.layers.parameter_container import ParameterDict, ParameterList
from nn.module import Module
from nn.parameter import Buffer, Parameter

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "Bilinear", "Buffer", "CELU", "CTCLoss", "CosineEmbeddingLoss", "CrossEntropyLoss",
    "Dropout", "ELU", "Flatten", "GELU", "GaussianNLLLoss", "HingeEmbeddingLoss", "HingeLoss", "HuberLoss", "Identity",
    "KLDivLoss", "L1Loss", "LeakyReLU", "Linear", "LogSigmoid", "LogSoftmax", "MSELoss", "MarginRankingLoss", "Module",
    "ModuleDict", "ModuleList", "MultiLabelMarginLoss", "MultiLabelSoftMarginLoss", "MultiMarginLoss", "NLLLoss",
    "PairwiseDistance", "Parameter", "ParameterDict", "ParameterList", "PerceptronLoss", "PoissonNLLLoss", "ReLU",
    "SELU", "Sequential", "SiLU", "Sigmoid", "SmoothL1Loss", "SoftMarginLoss", "Softmax", "Softmin", "Softplus", "Tanh",
    "TripletMarginLoss", "TripletMarginWithDistanceLoss", "Unflatten", "data", "functional", "init",
]  # fmt: skip
