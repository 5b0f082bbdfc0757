"""What `import autograd` costs, and what it does to the user's process."""

import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest

import autograd as ag

HEAVY = ("numba", "llvmlite", "matplotlib", "tqdm", "safetensors", "threadpoolctl", "sklearn", "torch")


def run(code: str) -> str:
    """What a fresh interpreter prints that runs the code."""
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_what_is_heavy_is_imported_on_first_use() -> None:
    loaded = run(f"""
        import sys
        import autograd, nn, optim
        print([name for name in {HEAVY} if name in sys.modules])
    """)
    assert loaded == "[]"


def test_a_first_step_on_small_tensors_needs_no_compiler() -> None:
    loaded = run("""
        import sys
        import autograd as ag
        x = ag.tensor([1.0, 2.0], requires_grad=True)
        y = (x * x).sum() + ag.randn(2).exp().mean()
        y.backward()
        print("numba" in sys.modules, x.grad.tolist())
    """)
    assert loaded == "False [2.0, 4.0]"


def test_numpys_error_settings_and_the_warning_filters_of_others_stay() -> None:
    kept = run("""
        import warnings
        import numpy as np
        before, filters = np.geterr(), list(warnings.filters)
        import autograd, nn, optim
        print(np.geterr() == before, all(item in warnings.filters for item in filters))
    """)
    assert kept == "True True"


def test_the_users_own_warnings_appear() -> None:
    assert ag.tensor([1.0, 0.0]).log().tolist() == [0.0, -np.inf]
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.log(np.zeros(1))
    with pytest.warns(RuntimeWarning, match="invalid value"):
        np.zeros(1) / np.zeros(1)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.log(),
        lambda x: (x - 1.0).sqrt(),
        lambda x: 1.0 / x,
        lambda x: x / x,
        lambda x: (x + 1e300) * 1e300,
        lambda x: (x * 1e30).half(),
        lambda x: (x / x).long(),
        lambda x: x.fmod(0.0) + x.remainder(0.0),
        lambda x: x.log().sum().exp() ** 0.5,
        lambda x: (x - 1.0) ** 0.5,
        lambda x: x.log().mean() - x.log().std(),
        lambda x: x.log().cumsum(0) @ x,
        lambda x: x.log().softmax(0) + (x.log() * 0.0).logsumexp(0),
        lambda x: x[:0].mean(),
        lambda x: x.acosh() + (x + 2).asin() + x.atanh(),
    ],
)
def test_infinities_are_no_reason_to_warn(call) -> None:
    x = ag.tensor([0.0, 1.0, 3.0], dtype=ag.float64, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # also what NumPy warns about in its own Python code
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"(autograd|nn|optim)\b")
        y = call(x)
        if y.requires_grad:
            y.sum().backward()
            assert x.grad is not None
