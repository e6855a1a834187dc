"""`dataclass` as the standard library has it, each of whose methods is written when it is first called.

The standard library writes six methods of a class when its file is loaded, as text that it compiles: for a thousand
classes that is a third of a process's start, and most processes make objects of a few dozen of them, which they then
neither print nor compare.
"""

import dataclasses
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_ORDERING = ("__lt__", "__le__", "__gt__", "__ge__")


def _refuse_setting(self: Any, name: str, value: object) -> None:
    """Nothing is set on what is frozen, but an attribute of its own of a class made below it."""
    if _is_ours(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _refuse_deleting(self: Any, name: str) -> None:
    if _is_ours(self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
    object.__delattr__(self, name)


def _is_ours(self: Any, name: str) -> bool:
    return "__dataclass_fields__" in type(self).__dict__ or name in self.__dataclass_fields__


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _take_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_OF_FROZEN: dict[str, Callable[..., Any]] = {"__setattr__": _refuse_setting, "__delattr__": _refuse_deleting}
_OF_FROZEN_SLOTS: dict[str, Callable[..., Any]] = {"__getstate__": _state, "__setstate__": _take_state}


def _made(cls: type, *, init: bool, order: bool, frozen: bool, slots: bool, kw_only: bool) -> Any:
    """The class with its fields, and in the place of each method one that has it written when it is called."""
    names = [name for name in _names(init=init, order=order, frozen=frozen) if not _defines(cls, name)]
    unhashable = not frozen and not _defines(cls, "__hash__")
    cls.__doc__ = cls.__doc__ or cls.__name__  # or the standard library would put the class's signature there
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
    shared = ((_OF_FROZEN_SLOTS | _OF_FROZEN) if slots else _OF_FROZEN) if frozen else {}
    for name, method in shared.items():
        setattr(made, name, method)
    if unhashable:
        made.__hash__ = None
    below = any("__dataclass_fields__" in each.__dict__ for each in made.__mro__[1:])
    plan = _plan(tuple(names), frozen)
    if not below:
        made._unwritten = plan
    for name in names:
        setattr(made, name, _unwritten(name, made, plan) if below else _SHARED[name])
    return made


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """The methods that a class gets, and what else `make_dataclass` is told of it."""

    names: tuple[str, ...]
    frozen: bool

    def write(self, made: type, name: str) -> None:
        """Put one of its methods on a class; twice is as once, for threads that call at once."""
        setattr(made, name, getattr(_with_method(made, name, frozen=self.frozen), name))


@cache
def _plan(names: tuple[str, ...], frozen: bool) -> _Plan:
    """The same for all classes of a kind: there are a thousand classes, and a dozen kinds."""
    return _Plan(names, frozen)


def _names(*, init: bool, order: bool, frozen: bool) -> Iterator[str]:
    """The methods that a class gets, but those that it defines itself."""
    if init:
        yield "__init__"
    yield from ("__repr__", "__eq__")
    if frozen:
        yield "__hash__"
    if order:
        yield from _ORDERING


def _defines(cls: type, name: str) -> bool:
    """Whether a class has this method from its own lines; Python takes the hash away from one that has `__eq__`."""
    own = cls.__dict__
    return name in own and not (name == "__hash__" and own[name] is None and "__eq__" in own)


def _unwritten(name: str, made: type, plan: _Plan) -> Callable[..., Any]:
    """Stands for a method of a class that is below another: which of the two is meant must be known."""

    def method(self: Any, *positional: Any, **named: Any) -> Any:
        plan.write(made, name)
        return getattr(made, name)(self, *positional, **named)

    method.__name__ = name
    return method


def _shared(name: str) -> Callable[..., Any]:
    """Stands for a method in all classes that are below no other: the object says which of them is its own."""

    def method(self: Any, *positional: Any, **named: Any) -> Any:
        made = next(each for each in type(self).__mro__ if name in _own_plan(each).names)
        _own_plan(made).write(made, name)
        return getattr(made, name)(self, *positional, **named)

    method.__name__ = name
    return method


def _own_plan(cls: type) -> _Plan:
    return cls.__dict__.get("_unwritten", _NOTHING)  # type: ignore[no-any-return] # put there by `_made`


_NOTHING = _Plan((), False)
_SHARED = {name: _shared(name) for name in ("__init__", "__repr__", "__eq__", "__hash__", *_ORDERING)}


def _with_method(made: type, name: str, *, frozen: bool) -> type:
    """The same fields in a class that the standard library made at once, for one method."""
    fields = [(each.name, each.type, copy(each)) for each in made.__dataclass_fields__.values()]  # type: ignore[attr-defined] # pseudo-fields too
    namespace = {"__module__": made.__module__, "__qualname__": made.__qualname__}
    if hasattr(made, "__post_init__"):
        namespace["__post_init__"] = made.__post_init__  # that there is one: the object's own is what is called
    return dataclasses.make_dataclass(
        made.__name__,
        fields,
        namespace=namespace,
        init=name == "__init__",
        repr=name == "__repr__",
        eq=name == "__eq__" or name in _ORDERING,
        order=name in _ORDERING,
        unsafe_hash=name == "__hash__",
        frozen=frozen and name == "__init__",  # which sets fields by another way; the others are the same
    )


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, init=True, order=False, frozen=False, slots=False, kw_only=False):
        """Decorate a class as `dataclasses.dataclass` does; an option that the portal does not use is none.

        >>> @dataclass(frozen=True)
        ... class Place:
        ...     town: str
        ...     country: str = "FR"
        >>> Place("Nantes"), Place("Nantes") == Place("Nantes", country="FR")
        (Place(town='Nantes', country='FR'), True)
        """

        def wrap(cls):
            return _made(cls, init=init, order=order, frozen=frozen, slots=slots, kw_only=kw_only)

        return wrap if cls is None else wrap(cls)
