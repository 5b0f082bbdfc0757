"""What a tensor holds and where it stands: dtype, gradient, place in the graph, conversions out of the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import gradients, memory
from autograd.device import CPU, device
from autograd.dtypes import dtype as DType
from autograd.dtypes import of
from autograd.errors import ArgumentError, DTypeError, GraphError, OperandError, ShapeError, complaint
from autograd.grad_mode import mode
from autograd.hooks import RemovableHandle, Retained, add_hook
from autograd.node import Leaf, Node
from autograd.ops.assignment import assign
from autograd.tensor_base import TensorBase, wrap
from autograd.typing import Array


class StateMethods(TensorBase):
    """Attributes and graph methods of a tensor."""

    __slots__ = ()

    is_cuda = is_xpu = is_mps = is_meta = is_quantized = is_sparse = False
    names = ()

    def get_device(self) -> int:
        """The number of the GPU that the tensor is on: -1, as in PyTorch for tensors in memory."""
        return -1

    def is_nonzero(self) -> bool:
        """Whether the one element is not zero. Raises ArgumentError if there are more, or none."""
        return bool(self)

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return of(self._array.dtype)

    @property
    def device(self) -> device:
        """Where the tensor lives: the CPU."""
        return CPU

    @property
    def itemsize(self) -> int:
        """Bytes that an element takes."""
        return self._array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes that all elements take."""
        return self._array.nbytes

    def data_ptr(self) -> int:
        """The address of the first element."""
        return self._array.ctypes.data

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow into or through this tensor."""
        self.refresh()
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Make a leaf collect gradients, or cease to. Raises DTypeError for integers, GraphError for a non-leaf."""
        self.refresh()
        if self._node is not None and not isinstance(self._node, Leaf):
            if requires_grad:
                return self
            raise GraphError(
                complaint(
                    "requires_grad_(False)", "a leaf", "a tensor computed by an operation", "Use detach() instead"
                )
            )
        if requires_grad and self._array.dtype.kind != "f":
            raise DTypeError(
                complaint(
                    "requires_grad", "a floating-point tensor", f"dtype {self.dtype!r}", "Convert it with float()"
                )
            )
        if requires_grad and self._node is None:
            self._node = getattr(self, "_resting", None) or Leaf(self)
        elif not requires_grad:
            self._rest()
        return self

    def _rest(self) -> None:
        """Leave the graph; a leaf can come back to its place, where its hooks and earlier graphs wait."""
        if isinstance(self._node, Leaf):
            self._resting = self._node
        self._node = None

    @property
    def is_leaf(self) -> bool:
        """Whether the tensor was not computed by a recorded operation."""
        self.refresh()
        return self._node is None or isinstance(self._node, Leaf)

    @property
    def grad_fn(self) -> Node | None:
        """The node of the operation that computed this tensor; None for a leaf."""
        self.refresh()
        return None if isinstance(self._node, Leaf) else self._node

    @property
    def grad(self) -> Any:
        """The gradient that backward passes have added up, a tensor of the same shape, or None."""
        return self._grad

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is not None:
            if not isinstance(gradient, TensorBase):
                raise OperandError(complaint("grad", "a Tensor or None", type(gradient).__name__))
            if gradient.shape != self.shape or gradient._array.dtype != self._array.dtype:
                raise ArgumentError(
                    complaint("grad", f"shape {self.shape} and dtype {self._array.dtype} as the tensor's",
                              f"shape {gradient.shape} and dtype {gradient._array.dtype}")
                )  # fmt: skip
        self._grad = gradient

    @property
    def data(self) -> Any:
        """A tensor on the same memory without history."""
        return self.detach()

    @data.setter
    def data(self, other: Any) -> None:
        if not isinstance(other, TensorBase):
            raise OperandError(complaint("data", "a Tensor", type(other).__name__))
        self._array = other._array

    @property
    def _version(self) -> int:
        """How often the memory was written in place."""
        return memory.version(self._array)

    @property
    def _base(self) -> Any:
        """The tensor that this one is a view of, or None."""
        return None if self._view is None else self._view.root

    def detach(self) -> Any:
        """A tensor on the same memory without history: in-place writes show in both."""
        return wrap(self.result_class, self._array, None)

    def detach_(self) -> Any:
        """Forget the history of this tensor itself. Raises GraphError for a view."""
        if self._view is not None:
            raise GraphError(complaint("detach_", "a tensor that is not a view", f"a view of shape {self.shape}",
                                       "Use detach()"))  # fmt: skip
        self._rest()
        return self

    def backward(
        self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """Add the gradients of this tensor to the `grad` of the leaves; see `autograd.backward`."""
        gradients.backward(self, gradient, retain_graph, create_graph, inputs)

    def register_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call `hook(grad)` whenever the gradient of this tensor is computed; a tensor it returns replaces it.

        Raises GraphError if the tensor does not require grad.
        """
        return add_hook(self._grad_place("register_hook").hook_list(), hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Any], None]) -> RemovableHandle:
        """Call `hook(tensor)` after a gradient was added to this leaf's `grad`. Raises GraphError for a non-leaf."""
        node = self._grad_place("register_post_accumulate_grad_hook")
        if not isinstance(node, Leaf):
            raise GraphError(complaint("register_post_accumulate_grad_hook", "a leaf", repr(node)))
        if node.after is None:
            node.after = []
        return add_hook(node.after, hook)

    def retain_grad(self) -> None:
        """Keep the gradient of this non-leaf in its `grad` too. Raises GraphError if it does not require grad."""
        node = self._grad_place("retain_grad")
        if not isinstance(node, Leaf) and not self.retains_grad:
            node.hook_list().append(Retained(self))

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad` was called."""
        self.refresh()
        hooks = () if self._node is None else self._node.hooks or ()
        return any(isinstance(hook, Retained) and hook.tensor() is self for hook in hooks)

    def _grad_place(self, where: str) -> Node:
        self.refresh()
        if self._node is None:
            raise GraphError(
                complaint(where, "a tensor that requires grad", f"one of shape {self.shape} that does not")
            )
        return self._node

    def item(self) -> Any:
        """The one element as a Python number. Raises ArgumentError if there are more, or none."""
        if self._array.size != 1:
            raise ArgumentError(
                complaint(
                    "item", "a tensor with one element", f"shape {self.shape}", "Use tolist(), or index one element"
                )
            )
        return self._array.item()

    def tolist(self) -> Any:
        """The elements as Python numbers, in nested lists."""
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> Array:
        """The array itself: memory is shared.

        Raises GraphError if the tensor requires grad and operations are being recorded, unless `force`.
        """
        if self.requires_grad and mode.recording and not force:
            raise GraphError(
                complaint("numpy", "a tensor that does not require grad", f"one of shape {self.shape} that does",
                          "Use tensor.detach().numpy() instead")
            )  # fmt: skip
        return self._array

    def copy_(self, src: Any, non_blocking: bool = False) -> Any:
        """Store the elements of `src`, broadcast and cast, in this tensor. Raises ShapeError for more dimensions."""
        if np.ndim(src) > self._array.ndim:
            raise ShapeError(complaint("copy_", f"a source that broadcasts to {self.shape}", f"shape {np.shape(src)}"))
        return assign(self, Ellipsis, src, "copy_")
