"""ModuleBase: the parameters, buffers and child modules that a module holds, and the tree that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autograd.errors import ArgumentError, OperandError, complaint
from autograd.tensor import Tensor
from nn.parameter import Buffer, Parameter

Members = dict[str, Any]
_KINDS = ("_parameters", "_modules", "_buffers")


class ModuleBase:
    """What a module holds. Assigning a Parameter, a Buffer or a module to an attribute enters it in a register."""

    training: bool
    _parameters: Members
    _buffers: Members
    _modules: Members
    _not_saved: set[str]

    def __init__(self) -> None:
        self.__dict__.update(training=True, _parameters={}, _buffers={}, _modules={}, _not_saved=set())

    # Saving whole

    def __saved_state__(self) -> Members:
        """The attributes, as `autograd.save` keeps them beside the name of the class; hooks stay behind."""
        return {name: value for name, value in vars(self).items() if name != "_hooks"}

    def __restore_state__(self, state: Members) -> None:
        """Take the attributes that `__saved_state__` gave; no `__init__` is called."""
        self.__dict__.update(state, _hooks=None)
        for kind, members in ((Parameter, self._parameters), (Buffer, self._buffers)):
            for tensor in members.values():
                if type(tensor) is Tensor:
                    tensor.__class__ = kind

    # Attributes

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        if "_modules" in own:
            for kind in _KINDS:
                if name in own[kind]:
                    return own[kind][name]
            raise AttributeError(f"{_title(self)!r} object has no attribute {name!r}", name=name, obj=self)
        raise AttributeError(f"{_title(self)} has no {name!r} yet: call super().__init__() first in its __init__")

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            kind = "_parameters"
        elif isinstance(value, ModuleBase):
            kind = "_modules"
        elif isinstance(value, Buffer):
            kind = "_buffers"
        else:
            found = self._register_of(name)
            if found is None:
                object.__setattr__(self, name, value)
                return
            kind = found
            if value is not None and not (kind == "_buffers" and isinstance(value, Tensor)):
                raise OperandError(complaint(f"assignment to {_title(self)}.{name}", _EXPECTED[kind], _title(value),
                                             f"Delete it first: del module.{name}"))  # fmt: skip
        self._enter(kind, name, value)
        if isinstance(value, Buffer):
            self._set_persistent(name, value.persistent)

    def __delattr__(self, name: str) -> None:
        kind = self._register_of(name)
        if kind is None:
            object.__delattr__(self, name)
        else:
            del self.__dict__[kind][name]
            self._not_saved.discard(name)

    def __dir__(self) -> list[str]:
        names = {*object.__dir__(self), *self._parameters, *self._buffers, *self._modules}
        return sorted(name for name in names if not name[:1].isdigit())

    def _register_of(self, name: str) -> str | None:
        own = self.__dict__
        for kind in _KINDS:
            if name in own.get(kind, ()):
                return kind
        return None

    def _enter(self, kind: str, name: str, value: Any) -> None:
        """Put a member into its register, and take whatever else had its name away; its place in the order stays."""
        own = self.__dict__
        if "_modules" not in own:
            raise AttributeError(
                f"cannot assign {_title(value)} {name!r} to {_title(self)} before Module.__init__(): "
                "call super().__init__() first"
            )
        before = self._register_of(name)
        if before not in (None, kind):
            self.__delattr__(name)
        own.pop(name, None)
        own[kind][name] = value

    def _set_persistent(self, name: str, persistent: bool) -> None:
        if persistent:
            self._not_saved.discard(name)
        else:
            self._not_saved.add(name)

    # Registration by name

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None reserves the name. Raises OperandError for other types, ArgumentError for the name."""
        self._check_new("register_parameter", name, "_parameters")
        if param is not None and not isinstance(param, Parameter):
            raise OperandError(complaint("register_parameter", "a Parameter or None", _title(param),
                                         f"Wrap {name!r} as Parameter(tensor)"))  # fmt: skip
        if param is not None and not param.is_leaf:
            raise ArgumentError(complaint("register_parameter", "a leaf", f"{name!r}, computed by {param.grad_fn!r}"))
        self._enter("_parameters", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a tensor that is state but not learnt; `persistent=False` keeps it out of `state_dict()`."""
        self._check_new("register_buffer", name, "_buffers")
        if tensor is not None and not isinstance(tensor, Tensor):
            raise OperandError(complaint("register_buffer", "a Tensor or None", _title(tensor)))
        self._enter("_buffers", name, tensor)
        self._set_persistent(name, persistent)

    def register_module(self, name: str, module: Any) -> None:
        """Add a child module; None reserves the name."""
        self._check_new("add_module", name, "_modules")
        if module is not None and not isinstance(module, ModuleBase):
            raise OperandError(complaint("add_module", "a Module or None", _title(module)))
        self._enter("_modules", name, module)

    add_module = register_module

    def _check_new(self, where: str, name: str, kind: str) -> None:
        if not isinstance(name, str) or not name or "." in name:
            raise ArgumentError(complaint(where, "a name: a string, not empty, without a dot", repr(name)))
        if name not in self.__dict__.get(kind, ()) and (name in self.__dict__ or self._taken(name)):
            raise ArgumentError(complaint(where, "a name that is free", f"{name!r}, which {_title(self)} has already"))

    def _taken(self, name: str) -> bool:
        return self._register_of(name) is not None or hasattr(type(self), name)

    # The tree

    def named_modules(
        self, memo: set[Any] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """This module and all below it, with their dotted paths (this one's is `prefix`), parents first.

        A module reached on two paths comes once, unless `remove_duplicate` is False.
        """
        seen = set() if memo is None else memo
        if self in seen:
            return
        if remove_duplicate:
            seen.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(seen, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Any]:
        """This module and all below it, parents first, each once unless `remove_duplicate` is False."""
        return (module for _, module in self.named_modules(remove_duplicate=remove_duplicate))

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """The modules held directly, with their names, each once."""
        seen = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def children(self) -> Iterator[Any]:
        """The modules held directly, each once."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their dotted paths, of this module and (`recurse`) of all below it.

        A parameter reached twice (tied weights) comes once, unless `remove_duplicate` is False.
        """
        return self._named_members(lambda module: module._parameters.items(), prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of this module and (`recurse`) of all below it, each once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their dotted paths; otherwise as `named_parameters`."""
        return self._named_members(lambda module: module._buffers.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers of this module and (`recurse`) of all below it, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named_members(
        self,
        members_of: Callable[[Any], Iterable[tuple[str, Any]]],
        prefix: str = "",
        recurse: bool = True,
        remove_duplicate: bool = True,
    ) -> Iterator[tuple[str, Any]]:
        seen = set()
        modules = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, member in members_of(module):
                if member is None or (remove_duplicate and id(member) in seen):
                    continue
                seen.add(id(member))
                yield f"{path}.{name}" if path else name, member

    # Paths

    def get_submodule(self, target: str) -> Any:
        """The module at a dotted path, this one for "". Raises AttributeError where there is none."""
        found: Any = self
        for name in target.split(".") if target else ():
            inside, found = found, getattr(found, name, None)
            if not isinstance(found, ModuleBase):
                raise AttributeError(f"get_submodule: {_title(inside)} has no module {name!r} (in the path {target!r})")
        return found

    def set_submodule(self, target: str, module: Any) -> None:
        """Put `module` at a dotted path, in the place of what was there. Raises AttributeError as `get_submodule`."""
        path, _, name = target.rpartition(".")
        if not name:
            raise ArgumentError(complaint("set_submodule", "a path to a module below this one", repr(target)))
        parent = self.get_submodule(path)
        parent.get_submodule(name)
        parent.register_module(name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a dotted path. Raises AttributeError where there is none."""
        return self._get("_parameters", "parameter", target)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a dotted path. Raises AttributeError where there is none."""
        return self._get("_buffers", "buffer", target)

    def _get(self, kind: str, noun: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        found = module.__dict__[kind].get(name)
        if found is None:
            raise AttributeError(f"get_{noun}: {_title(module)} has no {noun} {name!r} (in the path {target!r})")
        return found


_EXPECTED = {
    "_parameters": "a Parameter or None",
    "_modules": "a Module or None",
    "_buffers": "a Tensor or None",
}


def _title(value: Any) -> str:
    return type(value).__name__
