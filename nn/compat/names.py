"""Which of our modules stand behind PyTorch's: one table, and the few names that are called otherwise here."""

from __future__ import annotations

_NN_MODULES = (
    "activation", "adaptive", "batchnorm", "channelshuffle", "container", "conv", "distance", "dropout", "flatten",
    "fold", "instancenorm", "linear", "loss", "module", "normalization", "padding", "pixelshuffle", "pooling",
    "rnn", "sparse", "transformer", "upsampling",
)  # fmt: skip
_OPTIMIZERS = (
    "adadelta", "adagrad", "adam", "adamax", "adamw", "asgd", "lbfgs", "nadam", "optimizer", "radam", "rmsprop",
    "rprop", "sgd", "sparse_adam",
)  # fmt: skip
_DATA = ("dataloader", "dataset", "distributed", "sampler")
_DISTRIBUTIONS = (
    "bernoulli", "beta", "binomial", "categorical", "cauchy", "chi2", "dirichlet", "distribution", "exponential",
    "gamma", "geometric", "gumbel", "half_normal", "independent", "kl", "laplace", "log_normal", "multinomial",
    "multivariate_normal", "normal", "one_hot_categorical", "poisson", "studentT", "uniform",
)  # fmt: skip

_INITIALIZERS = (
    "constant", "dirac", "eye", "kaiming_normal", "kaiming_uniform", "normal", "orthogonal", "sparse", "uniform",
    "xavier_normal", "xavier_uniform",
)  # fmt: skip

# Functions of torch.nn.functional that torch itself has too, with the same arguments in the same order.
_FUNCTIONS = (
    "alpha_dropout", "bilinear", "celu", "cosine_similarity", "dropout", "group_norm", "hardshrink", "layer_norm",
    "pairwise_distance", "prelu", "relu_", "rms_norm", "rrelu", "selu", "threshold",
)  # fmt: skip

# PyTorch's private bases of layers, which scripts ask about with isinstance.
_BASES = {
    "batchnorm._BatchNorm": "normalization:BatchNorm",
    "batchnorm._NormBase": "normalization:_Running",
    "conv._ConvNd": "convolution:_Convolution",
    "conv._ConvTransposeNd": "convolution:_Transposed",
    "instancenorm._InstanceNorm": "normalization:_InstanceNorm",
    "loss._Loss": "loss:Loss",
    "loss._WeightedLoss": "loss:WeightedLoss",
    "pooling._MaxPoolNd": "pooling:_MaxPool",
}

# PyTorch's module: the places, modules or objects in modules, where its names are looked for, in this order.
SOURCES: dict[str, tuple[str, ...]] = {
    "tensorboardX": ("nn.tensorboard",),
    "torch": ("autograd",),
    "torch.accelerator": ("autograd.accelerator",),
    "torch.amp": ("autograd.amp",),
    "torch.autograd": ("autograd",),
    "torch.autograd.functional": ("autograd.functional",),
    "torch.autograd.profiler": ("autograd.profiler",),
    "torch.backends": ("autograd.backends",),
    **{f"torch.backends.{name}": (f"autograd.backends:{name}",) for name in ("cuda", "cudnn", "mkl", "mkldnn", "mps")},
    "torch.cuda": ("autograd.cuda",),
    "torch.cuda.amp": ("autograd.amp",),
    "torch.distributed": ("autograd.distributed",),
    "torch.distributions": ("nn.distributions",),
    **{f"torch.distributions.{name}": ("nn.distributions",) for name in _DISTRIBUTIONS},
    "torch.func": ("autograd.func", "nn.utils.stateless"),
    "torch.jit": ("nn.compat.scripting",),
    "torch.linalg": ("autograd.linalg",),
    "torch.multiprocessing": ("multiprocessing",),
    "torch.nn": ("nn",),
    "torch.nn.functional": ("nn.functional",),
    "torch.nn.init": ("nn.init",),
    "torch.nn.modules": ("nn",),
    **{f"torch.nn.modules.{name}": ("nn",) for name in _NN_MODULES},
    "torch.nn.modules.utils": ("nn.compat.tuples",),
    "torch.nn.parallel": ("nn.parallel",),
    "torch.nn.parameter": ("nn.parameter",),
    "torch.nn.utils": ("nn.utils",),
    "torch.nn.utils.clip_grad": ("nn.utils",),
    "torch.nn.utils.parametrizations": ("nn.utils.parametrizations",),
    "torch.nn.utils.parametrize": ("nn.utils.parametrize",),
    "torch.nn.utils.prune": ("nn.utils.prune",),
    "torch.nn.utils.rnn": ("nn.utils.rnn",),
    "torch.nn.utils.stateless": ("nn.utils.stateless",),
    "torch.onnx": (),
    "torch.optim": ("optim",),
    **{f"torch.optim.{name}": ("optim",) for name in _OPTIMIZERS},
    "torch.optim.optimizer": ("optim", "optim.optimizer"),
    "torch.optim.lr_scheduler": ("optim.lr_scheduler",),
    "torch.optim.swa_utils": ("nn.swa_utils", "optim.lr_scheduler.averaging"),
    "torch.profiler": ("autograd.profiler",),
    "torch.profiler.profiler": ("autograd.profiler",),
    "torch.random": ("autograd.random",),
    "torch.serialization": ("autograd.serialization",),
    "torch.sparse": ("autograd.sparse",),
    "torch.special": ("autograd",),
    "torch.testing": ("autograd.testing",),
    "torch.utils": (),
    "torch.utils.checkpoint": ("autograd.checkpoint",),
    "torch.utils.data": ("nn.data",),
    **{f"torch.utils.data.{name}": ("nn.data",) for name in _DATA},
    "torch.utils.dlpack": (),
    "torch.utils.tensorboard": ("nn.tensorboard",),
    "torch.utils.tensorboard.writer": ("nn.tensorboard",),
    "torch.version": (),
    "torchvision": (),
    "torchvision.datasets": ("nn.data.datasets",),
    **{f"torchvision.datasets.{name}": ("nn.data.datasets",) for name in ("cifar", "fakedata", "mnist")},
    "torchvision.datasets.folder": ("nn.data.datasets.folders",),
    "torchvision.models": ("nn.models",),
    "torchvision.transforms": ("nn.data.transforms",),
    "torchvision.transforms.functional": ("nn.data.transforms.functional",),
    "torchvision.transforms.transforms": ("nn.data.transforms",),
    "torchvision.transforms.v2": ("nn.data.transforms",),
    "torchvision.transforms.v2.functional": ("nn.data.transforms.functional",),
    "torchvision.utils": ("nn.data.vision", "nn.plotting"),
}

# Names of PyTorch's that stand elsewhere here, or are called otherwise.
RENAMED: dict[str, str] = {
    **{f"torch.{name}": f"nn.functional:{name}" for name in _FUNCTIONS},
    "torch.autograd.Variable": "nn.compat.one_process:variable",
    "torch.nn.DataParallel": "nn.compat.one_process:DataParallel",
    **{f"torch.nn.init.{name}": f"nn.init:{name}_" for name in _INITIALIZERS},
    **{f"torch.nn.modules.{name}": f"nn.layers.{place}" for name, place in _BASES.items()},
    "torch.nn.parallel.DataParallel": "nn.compat.one_process:DataParallel",
    "torch.nn.parallel.data_parallel": "nn.compat.one_process:data_parallel",
    "torch.nn.parallel.DistributedDataParallel": "nn.compat.one_process:DistributedDataParallel",
    "torch.nn.utils.clip_grad_norm": "nn.utils:clip_grad_norm_",
    "torch.onnx.export": "nn.export:export",
    "torch.random.get_rng_state": "autograd:get_rng_state",
    "torch.sparse.DoubleTensor": "autograd.sparse:sparse_coo_tensor",
    "torch.sparse.FloatTensor": "autograd.sparse:sparse_coo_tensor",
    "torch.special.expit": "autograd:sigmoid",
    "torch.special.gammaln": "autograd:lgamma",
    "torch.special.psi": "autograd:digamma",
    "torch.utils.dlpack.from_dlpack": "autograd:from_dlpack",
}

CONSTANTS: dict[str, object] = {
    "torch.__version__": "2.13.0+numbagrad",
    "torch.version.__version__": "2.13.0+numbagrad",
    "torch.version.cuda": None,
    "torch.version.hip": None,
    "torch.version.git_version": None,
    "torchvision.__version__": "0.28.0+numbagrad",
}
