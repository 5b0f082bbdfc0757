"""The shape of the project: which file may import which, and what must not exist. `FLOORS` is the one table."""

import ast
import sys
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.source_tree import AROUND, LIBRARY, Import, Source, read

# Lowest first. A module imports from lower floors only. An entry that ends in a slash is a room: its files may import
# one another, but in no circle. `autograd`, `nn` and `optim` alone are the files that list the public names.
FLOORS = (
    "autograd.typing  autograd.errors  autograd.grad_mode  autograd.hooks  autograd.observation  autograd.trees",
    "autograd.dtypes  autograd.amp  autograd.memory  autograd.anomaly  autograd.device  autograd.size  "
    "autograd.printing",
    "autograd.kernels/",
    "autograd.random*/  autograd.config  autograd.return_types",
    "autograd.tensor_base",
    "autograd.operation  autograd.array_like",
    "autograd.node  autograd.operands",
    "autograd.elementwise_call  autograd.general_call  autograd.function",
    "autograd.engine  autograd.ops/",
    "autograd.gradients  autograd.sparse_tensor  autograd.vectorization",
    "autograd.methods/",
    "autograd.tensor",
    "autograd.creation",
    "autograd.sparse",
    "autograd.files/",
    "autograd.*  autograd.explanation/",
    "autograd.profiler/",
    "autograd",
    "nn.parameter  nn.history  optim.hooks",
    "optim.optimizer",
    "nn.functional/  nn.distributions/  nn.utils.rnn  optim.lr_scheduler/  optim.stopping  optim.gradients"
    "  optim.line_search",
    "nn.module*/  nn.init  nn.data/  optim.*",
    "nn.layers/",
    "nn.utils/  nn.models/  nn.parallel/  nn.export/  nn.plotting/  nn.summary  nn.swa_utils",
    "nn.tensorboard/",
    "nn  optim",
    "nn.compat/",
)

HOMES = {
    "numpy": ("autograd*", "nn*", "optim*"),
    "numba": ("autograd.kernels*",),
    "llvmlite": ("autograd.kernels*",),
    "threadpoolctl": ("autograd.kernels*", "autograd.config"),
    "matplotlib": ("nn.plotting*",),
    "safetensors": ("autograd.files.safetensors_file",),
    "tqdm": ("nn*", "autograd.warmup"),
    "onnx": ("nn.export.onnx_file",),
    "mpi4py": ("nn.parallel.communicator",),
    "PIL": ("nn.data.transforms.pictures",),
}
IMPORTED_ON_FIRST_USE = {
    "numba", "llvmlite", "threadpoolctl", "matplotlib", "safetensors", "tqdm", "mpi4py", "onnx", "PIL",
}  # fmt: skip
NAMES_THAT_SAY_NOTHING = {"helpers", "common", "misc", "core", "utils"}
FILE_LINES, FUNCTION_LINES, KERNEL_LINES = 400, 40, 60

SOURCES = read(*LIBRARY)
ALL_SOURCES = SOURCES + read(*AROUND)


def module_names(sources):
    return {source.module for source in sources}


def runtime_imports(sources) -> list[Import]:
    """Imports among `sources` that happen when a program runs."""
    modules = module_names(sources)
    found = [item for source in sources for item in source.imports(modules) if not item.for_types_only]
    return [item for item in found if item.target.split(".")[0] in LIBRARY]


def floor_of(module: str) -> tuple[int, str]:
    """The number of the module's floor and the entry that names it; the entry most like the name counts."""
    matches = [
        (len(entry), number, entry)
        for number, floor in enumerate(FLOORS)
        for entry in floor.split()
        if fnmatchcase(module, entry.rstrip("/")) or (entry.endswith("/") and module.startswith(entry[:-1] + "."))
    ]
    if not matches:
        raise LookupError(f"{module} has no floor: enter it into FLOORS in tests/test_architecture.py")
    _, number, entry = max(matches)
    return number, entry


def wrong_arrows(sources) -> list[str]:
    wrong = []
    for item in runtime_imports(sources):
        here, room = floor_of(item.importer)
        there, other_room = floor_of(item.target)
        same_room = room == other_room and room.endswith("/")
        strangers = {item.importer.split(".")[0], item.target.split(".")[0]} == {"nn", "optim"}
        if strangers or (there >= here and not same_room):
            wrong.append(f"{item} (floor {here} from floor {there})")
    return wrong


def circle(sources) -> list[str]:
    graph: dict[str, set[str]] = {source.module: set() for source in sources}
    for item in runtime_imports(sources):
        graph[item.importer].add(item.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def imports_away_from_home(sources) -> list[str]:
    modules = module_names(sources)
    wrong = []
    for source in sources:
        for item in source.imports(modules):
            package = item.target.split(".")[0]
            if package in LIBRARY or package in sys.stdlib_module_names:
                continue
            if not any(fnmatchcase(source.module, home) for home in HOMES.get(package, ())):
                wrong.append(str(item))
    return wrong


def late_imports(sources) -> list[str]:
    modules = module_names(sources)
    found = [item for source in sources for item in source.imports(modules) if item.inside_function]
    return [str(item) for item in found if item.target.split(".")[0] not in IMPORTED_ON_FIRST_USE]


def star_imports(sources) -> list[str]:
    modules = module_names(sources)
    return [str(item) for source in sources for item in source.imports(modules) if item.star]


def private_imports(sources) -> list[str]:
    """Names that begin with an underscore, taken from another module."""
    return [
        f"{source.module}:{node.lineno} imports {alias.name}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
    ]


def too_long(sources) -> list[str]:
    wrong = []
    for source in sources:
        lines = source.text.count("\n")
        if lines > FILE_LINES:
            wrong.append(f"{source.module}: {lines} lines")
        limit = KERNEL_LINES if source.module.startswith("autograd.kernels") else FUNCTION_LINES
        for function in source.functions():
            if (lines := code_lines(function)) > limit:
                wrong.append(f"{source.module}:{function.lineno} {function.name}: {lines} lines")
    return wrong


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one, without the docstring."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def is_class(node: ast.expr) -> bool:
    """Whether an expression looks like a class: `Tensor`, `type(x)`, `x.__class__`."""
    if isinstance(node, ast.Name):
        return node.id.lstrip("_")[:1].isupper() and not node.id.isupper()
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "type"
    return isinstance(node, ast.Attribute) and node.attr == "__class__"


def attached_to_classes(sources) -> list[str]:
    wrong = []
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
                owners = [node.args[0]]
            elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                owners = [target.value for target in targets if isinstance(target, ast.Attribute)]
            else:
                continue
            wrong += [f"{source.module}:{node.lineno} {ast.unparse(node)}" for owner in owners if is_class(owner)]
    return wrong


def caught_too_widely(sources) -> list[str]:
    return [
        f"{source.module}:{node.lineno}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]


def operations_elsewhere(sources) -> list[str]:
    """Operations declared outside autograd/ops/."""
    wrong = []
    for source in sources:
        if source.module.startswith("autograd.ops"):
            continue
        for function in source.functions():
            names = {ast.unparse(decorator).split("(")[0] for decorator in function.decorator_list}
            if names & {"elementwise", "operation"}:
                wrong.append(f"{source.module}:{function.lineno} {function.name}")
    return wrong


def empty_names(sources) -> list[str]:
    return [
        source.module
        for source in sources
        if source.module.split(".")[-1] in NAMES_THAT_SAY_NOTHING and not source.is_package
    ]


@pytest.mark.parametrize(
    "rule",
    [
        wrong_arrows,
        circle,
        imports_away_from_home,
        late_imports,
        star_imports,
        attached_to_classes,
        caught_too_widely,
        operations_elsewhere,
    ],
)
def test_library(rule):
    assert rule(SOURCES) == []


@pytest.mark.parametrize("rule", [too_long, star_imports, private_imports, empty_names])
def test_all_files(rule):
    assert rule(ALL_SOURCES) == []


@pytest.mark.parametrize(
    ("rule", "module", "text"),
    [
        (wrong_arrows, "autograd.typing", "from autograd.tensor import Tensor"),
        (wrong_arrows, "autograd.engine", "from autograd.ops import arithmetic"),
        (wrong_arrows, "nn.module", "import optim"),
        (wrong_arrows, "optim.adam", "from nn.module import Module"),
        (wrong_arrows, "autograd.ops.shape", "import autograd"),
        (circle, "autograd.ops.shape", "from autograd.ops import shape"),
        (imports_away_from_home, "autograd.ops.shape", "import numba"),
        (imports_away_from_home, "nn.module", "import matplotlib.pyplot"),
        (imports_away_from_home, "nn.module", "import torch"),
        (imports_away_from_home, "autograd.engine", "from benchmarks import harness"),
        (late_imports, "nn.module", "def f():\n    from autograd import tensor"),
        (star_imports, "nn.module", "from autograd.tensor import *"),
        (private_imports, "nn.module", "from autograd.tensor import Tensor, _rebuilt"),
        (too_long, "nn.module", "x = 1\n" * 401),
        (too_long, "nn.module", "def f():\n" + "    x = 1\n" * 40),
        (too_long, "autograd.kernels.gemm", "def f():\n" + "    x = 1\n" * 60),
        (attached_to_classes, "nn.module", "setattr(Tensor, 'add', add)"),
        (attached_to_classes, "nn.module", "Tensor.add = add"),
        (attached_to_classes, "nn.module", "type(self).add = add"),
        (caught_too_widely, "nn.module", "try:\n    f()\nexcept Exception:\n    pass"),
        (operations_elsewhere, "nn.module", "@elementwise(lambda g: g)\ndef f(x): ..."),
        (empty_names, "nn.helpers", ""),
    ],
)
def test_each_rule_finds_what_it_looks_for(rule, module, text):
    assert rule([Source(module, text)]) != []


@pytest.mark.parametrize(
    ("rule", "module", "text"),
    [
        (wrong_arrows, "autograd.ops.shape", "from autograd.ops.arithmetic import mul"),
        (wrong_arrows, "autograd.typing", "if TYPE_CHECKING:\n    from autograd.tensor import Tensor"),
        (imports_away_from_home, "autograd.kernels.gemm", "import numba"),
        (late_imports, "nn.plotting", "def f():\n    import matplotlib"),
        (too_long, "nn.module", "def f():\n" + '    """Long.' + "\n" * 50 + '    """\n' + "    x = 1\n" * 30),
        (too_long, "autograd.kernels.gemm", "def f():\n" + "    x = 1\n" * 59),
        (attached_to_classes, "nn.module", "setattr(self, name, value)\nself.add = add"),
    ],
)
def test_each_rule_lets_pass_what_is_meant(rule, module, text):
    assert rule([Source(module, text)]) == []


def test_relative_imports_are_resolved():
    inside = Source("autograd.ops.shape", "from .. import errors\nfrom .arithmetic import mul")
    assert [item.target for item in inside.imports({"autograd.errors"})] == [
        "autograd.errors",
        "autograd.ops.arithmetic",
    ]
    package = Source("autograd.ops", "from .arithmetic import mul", is_package=True)
    assert [item.target for item in package.imports(set())] == ["autograd.ops.arithmetic"]
