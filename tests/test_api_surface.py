"""The names that public PyTorch scripts use, all there, and the behaviours that such scripts lean on."""

import inspect
import math
import subprocess
import sys
from collections import deque
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
import optim
from nn import distributions

ROOT = Path(__file__).parents[1]

SURFACE = {
    "torch": (
        ag,
        "arange cat compile cos device diag empty exp eye flatten from_numpy full inference_mode load log log1p "
        "manual_seed matmul mm multinomial no_grad ones ones_like pow randint randn randn_like randperm roll save "
        "sigmoid sin sparse_coo_tensor spmm sqrt stack sum tanh tensor topk tril where zeros Tensor FloatTensor "
        "LongTensor float float32 double long int64 float16 bfloat16 finfo iinfo result_type can_cast promote_types "
        "accelerator.is_available accelerator.current_accelerator cuda.is_available cuda.manual_seed "
        "cuda.manual_seed_all cuda.synchronize cuda.set_device cuda.is_bf16_supported cuda.amp.GradScaler "
        "backends.cudnn.benchmark backends.cudnn.allow_tf32 backends.cuda.matmul.allow_tf32 amp.autocast autocast "
        "distributed.init_process_group distributed.destroy_process_group set_float32_matmul_precision",
    ),
    "nn": (
        nn,
        "Module Parameter Sequential ModuleList ModuleDict Linear Conv2d ConvTranspose2d BatchNorm1d BatchNorm2d "
        "LayerNorm Dropout Dropout2d Embedding RNN LSTM GRU LSTMCell Transformer TransformerEncoder "
        "TransformerEncoderLayer MultiheadAttention PixelShuffle ReLU LeakyReLU GELU Tanh Sigmoid Softmax MSELoss "
        "BCELoss NLLLoss MaxPool2d AdaptiveAvgPool2d utils.clip_grad_norm_ init.normal_ init.uniform_ init.zeros_ "
        "init.xavier_normal_ init.xavier_uniform_ init.orthogonal_ init.calculate_gain init.kaiming_normal_",
    ),
    "functional": (
        F,
        "relu elu sigmoid tanh softmax log_softmax dropout layer_norm max_pool2d scaled_dot_product_attention nll_loss "
        "cross_entropy binary_cross_entropy smooth_l1_loss",
    ),
    "optim": (optim, "Adam Adadelta AdamW LBFGS lr_scheduler.StepLR"),
    "data": (
        nn.data,
        "Dataset DataLoader RandomSampler dataloader.DataLoader datasets.MNIST datasets.CIFAR10 transforms.Compose "
        "transforms.ToTensor transforms.Normalize transforms.Resize transforms.CenterCrop transforms.Lambda",
    ),
    "tensor": (
        ag.ones(2, 2),
        "add_ argmax backward clone contiguous copy_ cpu detach dim div eq exp expand fill_ float gt item long lt "
        "masked_fill matmul max mean mm mul_ narrow neg new_zeros norm numel numpy permute pow reshape sigmoid size "
        "split squeeze std sum t tanh to to_sparse tolist transpose type unbind unsqueeze view view_as zero_ data grad "
        "requires_grad shape dtype device T mT squeeze_ unsqueeze_ transpose_ t_ is_cuda is_xpu pin_memory __array__ "
        "__bool__ __float__ __index__ __format__ __len__ __iter__ __getitem__ __setitem__ __eq__ __pow__ __rsub__ "
        "__rtruediv__ __radd__ __rmul__ __neg__ __lt__ __gt__",
    ),
    "module": (
        nn.LSTM(1, 1),
        "parameters named_parameters state_dict load_state_dict train eval to double apply children zero_grad "
        "register_buffer flatten_parameters training",
    ),
    "optimizer": (
        optim.SGD([nn.Parameter(ag.ones(1))], lr=1),
        "zero_grad step param_groups state_dict load_state_dict",
    ),
}


@pytest.mark.parametrize("group", SURFACE)
def test_names(group):
    root, names = SURFACE[group]
    missing = []
    for name in names.split():
        found = root
        for part in name.split("."):
            found = getattr(found, part, missing)
        if found is missing:
            missing.append(name)
    assert missing == []


INDICES = {
    "int": 1,
    "negative": -1,
    "slice with a step": slice(0, 3, 2),
    "None": None,
    "ellipsis": (..., 0),
    "list": [0, 2],
    "list inside": (slice(None), [-1]),
    "range": (range(3), np.array([0, 1, 2])),
    "integers": np.array([2, 0]),
    "integers 2-D": np.array([[2, 0], [1, 1]]),
    "bools": np.array([True, False, True]),
    "NumPy integer": np.int64(2),
    "0-d": np.array(1),
}


@pytest.mark.parametrize("name", INDICES)
def test_index_forms(name):
    index = INDICES[name]
    array = np.arange(12.0).reshape(3, 4)

    def tensors(part):
        return ag.tensor(part) if isinstance(part, np.ndarray) else part

    ours = tuple(map(tensors, index)) if isinstance(index, tuple) else tensors(index)
    theirs = tuple(list(i) if isinstance(i, range) else i for i in index) if isinstance(index, tuple) else index
    x = ag.tensor(array)
    np.testing.assert_array_equal(x[ours].numpy(), array[theirs])
    x[ours] = -1.0
    array[theirs] = -1.0
    np.testing.assert_array_equal(x.numpy(), array)


def test_limits_of_dtypes():
    assert ag.finfo(ag.float32).eps == 2.0**-23 and ag.finfo().max == float(np.float32(3.4028234663852886e38))
    assert (ag.iinfo(ag.int8).min, ag.iinfo(ag.uint8).max, ag.finfo(ag.float64).bits) == (-128, 255, 64)
    with pytest.raises(TypeError, match="Use iinfo"):
        ag.finfo(ag.int64)


def test_what_becomes_of_dtypes():
    assert ag.result_type(ag.ones(2, dtype=ag.int32), 1.5) is ag.float32
    assert ag.result_type(ag.ones(2, dtype=ag.float16), ag.tensor(1.0, dtype=ag.float64)) is ag.float16
    assert ag.can_cast(ag.int64, ag.float16) and not ag.can_cast(ag.float32, ag.int64)
    with pytest.raises(TypeError, match="bfloat16"):
        ag.ones(2, dtype=ag.bfloat16)


def test_number_protocols():
    one = nn.Parameter(ag.tensor(1.25))
    assert f"{one:+.2f}" == "+1.25" and [10, 20, 30][ag.tensor(2)] == 30 and (1 - one).item() == -0.25
    assert ag.where(ag.tensor([True, False]), 1, 0).dtype is ag.int64
    assert sum([one, one]).item() == 2.5 and 2 / ag.tensor([4.0]) == ag.tensor([0.5])


def test_data_from_other_containers():
    assert ag.tensor(deque([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert ag.tensor([ag.tensor(3.0)]).tolist() == [3.0]
    assert np.array(ag.tensor([1, 2]), dtype=None, copy=None).tolist() == [1, 2]
    memmap_like = np.arange(10)
    assert memmap_like[ag.tensor(2) : ag.tensor(4)].tolist() == [2, 3]


def test_log_of_zero_is_silent_and_cross_entropy_of_it_clamped():
    assert ag.log(ag.tril(ag.ones(2, 2)))[0, 1].item() == -math.inf
    assert F.binary_cross_entropy(ag.tensor([0.0]), ag.tensor([1.0]), reduction="sum").item() == 100.0
    text = "import autograd as ag; ag.log(ag.zeros(2)); 1 / ag.zeros(2)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0 and done.stderr == ""


def test_dropout2d_takes_matrices():
    with pytest.warns(UserWarning):
        out = nn.Dropout2d(0.5)(ag.ones(8, 8))
    assert set(np.unique(out.numpy())) <= {0.0, 2.0}


def test_tied_weights_count_once_and_are_listed_twice():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Embedding(3, 2), nn.Linear(2, 3, bias=False)
            self.b.weight = self.a.weight

    model = Tied()
    assert len(list(model.parameters())) == 1 and list(model.state_dict()) == ["a.weight", "b.weight"]


def test_deep_graphs_do_not_recurse():
    x = ag.ones(1, requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y + 0.0
    y.backward()
    assert x.grad.item() == 1.0


def test_train_may_be_overridden_with_another_signature():
    class Layer(nn.Linear):
        def train(self, positive, negative):
            return positive - negative

    outer = nn.Sequential(nn.Linear(1, 1))
    assert Layer(1, 1).train(3, 1) == 2 and not outer.eval().training


def test_sparse_and_dense_mix():
    places, ones = np.array([[0, 1], [1, 0], [1, 2]], dtype=np.int32).T, ag.ones(3)
    matrix = ag.sparse_coo_tensor(places, ones, (3, 3))
    full = np.zeros((3, 3), np.float32)
    full[tuple(places)] = 1
    x = ag.tensor(np.arange(9.0, dtype=np.float32).reshape(3, 3), requires_grad=True)
    np.testing.assert_array_equal((ag.eye(3) + matrix).numpy(), np.eye(3) + full)
    np.testing.assert_array_equal((matrix @ x).detach().numpy(), full @ x.detach().numpy())
    product = x @ matrix
    np.testing.assert_array_equal(product.detach().numpy(), x.detach().numpy() @ full)
    product.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.ones((3, 3)) @ full.T)


def test_samplers_are_lazy_and_signatures_real():
    sampler = nn.data.RandomSampler(range(5), replacement=True, num_samples=int(1e10))
    assert next(iter(sampler)) in range(5)
    assert {"lr", "betas", "eps", "weight_decay"} <= set(inspect.signature(optim.AdamW).parameters)


def test_categorical_of_a_vector():
    choice = distributions.Categorical(ag.tensor([0.0, 1.0]))
    assert choice.sample().item() == 1 and choice.log_prob(ag.tensor(1)).item() == pytest.approx(0, abs=1e-6)


def test_rows_of_a_mask_are_written():
    x, n = ag.ones(3, 12), 3
    x[:, :10] *= 0.0
    x[range(n), ag.tensor([1, 0, 2])] = x.max()
    assert x.sum().item() == 9 and x[:, [-1]].shape == (3, 1)
    x[x < x[:, [-1]]] = -float("inf")
    assert (x == -float("inf")).sum().item() == 27
