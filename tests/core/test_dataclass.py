import copy
import dataclasses
import pickle
import subprocess
import sys
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import pytest

from portal.core.dataclass import dataclass

STANDARD = dataclasses.dataclass


def _plain(decorator):
    @decorator
    class Place:
        town: str
        streets: list[str] = dataclasses.field(default_factory=list)
        country: str = "FR"

    return Place


def _frozen(decorator):
    @decorator(frozen=True)
    class Place:
        town: str
        country: str = dataclasses.field(default="FR", compare=False)
        seen: int = dataclasses.field(default=0, repr=False)
        kinds: ClassVar[tuple[str, ...]] = ("a", "b")

    return Place


def _ordered(decorator):
    @decorator(frozen=True, order=True)
    class Place:
        town: str
        country: str = "FR"

    return Place


def _named(decorator):
    @decorator(frozen=True, kw_only=True)
    class Place:
        country: str = "FR"
        town: str

    return Place


def _slots(decorator):
    @decorator(frozen=True, slots=True)
    class Place:
        town: str
        country: str = "FR"

    return Place


def _own_methods(decorator):
    @decorator(frozen=True)
    class Place:  # noqa: PLW1641 - given one by its decorator
        town: str
        country: str = "FR"

        def __post_init__(self):
            object.__setattr__(self, "town", self.town.title())

        def __eq__(self, other):
            return isinstance(other, type(self)) and self.town == other.town

        def __repr__(self):
            return f"<{self.town}>"

    return Place


def _own_hash(decorator):
    @decorator
    class Place:
        town: str
        country: str = "FR"

        def __hash__(self):
            return 12

    return Place


def _derived(decorator):
    @decorator(frozen=True)
    class Thing:
        town: str

        @property
        def short(self):
            return self.town[:1]

    @decorator(frozen=True)
    class Place(Thing):
        country: str = "FR"

    return Place


KINDS = (_plain, _frozen, _ordered, _named, _slots, _own_methods, _own_hash, _derived)


def outcome(act):
    try:
        return act()
    except Exception as error:
        return type(error), str(error).replace("_made.<locals>.", "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_class_behaves_as_the_one_of_the_standard_library(kind):
    def told(decorator):
        acts = {
            "repr": lambda cls: repr(cls(town="nantes")).replace(cls.__qualname__, "Place"),
            "equal": lambda cls: cls(town="nantes") == cls(town="nantes", country="FR"),
            "other country": lambda cls: cls(town="nantes") == cls(town="nantes", country="BE"),
            "other kind": lambda cls: cls(town="nantes") == "nantes",
            "unequal": lambda cls: cls(town="nantes") != cls(town="lille"),
            "hash": lambda cls: hash(cls(town="nantes")) == hash(cls(town="nantes")),
            "order": lambda cls: [cls(town="b") < cls(town="a"), cls(town="b") >= cls(town="b")],
            "positional": lambda cls: dataclasses.astuple(cls("nantes")),
            "missing": lambda cls: cls(),
            "too many": lambda cls: cls("a", "b", "c", "d", "e"),
            "unknown": lambda cls: cls(town="a", planet="b"),
            "as dict": lambda cls: dataclasses.asdict(cls(town="nantes")),
            "replaced": lambda cls: dataclasses.astuple(dataclasses.replace(cls(town="nantes"), country="BE")),
            "set": lambda cls: setattr(cls(town="nantes"), "town", "lille"),
            "set else": lambda cls: setattr(cls(town="nantes"), "planet", "x"),
            "set in one below": lambda cls: setattr(type("Below", (cls,), {})(town="nantes"), "planet", "x"),
            "set a field in one below": lambda cls: setattr(type("Below", (cls,), {})(town="nantes"), "town", "x"),
            "delete": lambda cls: delattr(cls(town="nantes"), "town"),
            "copied": lambda cls: dataclasses.astuple(copy.deepcopy(cls(town="nantes"))),
            "matched": lambda cls: cls.__match_args__,
            "fields": lambda cls: [(one.name, one.type, one.compare) for one in dataclasses.fields(cls)],
            "dict": lambda cls: hasattr(cls(town="nantes"), "__dict__"),
        }  # fmt: skip
        if kind is _slots:  # there the standard library of Python 3.11 stumbles on itself, with another error
            del acts["set else"], acts["set in one below"]
        found = {}
        for name, act in acts.items():
            cls = kind(decorator)
            found[name] = outcome(lambda cls=cls, act=act: act(cls))
        return found

    assert told(dataclass) == told(STANDARD)


def test_each_object_has_its_own_list():
    cls = _plain(dataclass)
    one, other = cls("nantes"), cls("lille")
    one.streets.append("rue Crébillon")
    assert not other.streets


def test_methods_are_written_when_one_is_called_and_then_stay():
    cls = _frozen(dataclass)
    before = cls.__init__
    cls("nantes")
    after = cls.__init__
    cls("lille")
    assert before is not after
    assert cls.__init__ is after
    assert after.__code__.co_varnames[:3] == ("self", "town", "country")


def test_one_below_that_adds_nothing_has_the_methods_of_the_one_above():
    class Below(_frozen(dataclass)):
        @cached_property
        def shouted(self):
            return self.town.upper()

    found = Below("nantes")
    assert (found.shouted, found == Below("nantes"), found.country) == ("NANTES", True, "FR")


def test_what_is_abstract_is_still_asked_for():
    @dataclass(frozen=True)
    class Thing(ABC):
        town: str

        @abstractmethod
        def say(self): ...

    with pytest.raises(TypeError, match="abstract"):
        Thing("nantes")


@dataclass(frozen=True, slots=True)
class Kept:
    """One that another process is handed."""

    town: str


def test_what_is_frozen_goes_to_another_process_and_comes_back():
    assert pickle.loads(pickle.dumps(Kept("nantes"))) == Kept("nantes")


def test_a_type_that_is_shared_by_all_is_refused_as_a_default():
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass
        class Place:
            streets: list[str] = []  # noqa: RUF012


def test_loading_the_portal_writes_the_methods_of_few_classes(tmp_path):
    """In a process of its own; what is written while files load is what they make at once: tables of values."""
    ask = (
        "import dataclasses, sys\n"
        "made = []\n"
        "make = dataclasses.make_dataclass\n"
        "dataclasses.make_dataclass = lambda name, *rest, **named: (made.append(name), make(name, *rest, **named))[1]\n"
        "import portal.app\n"
        "ours = {each for m in list(sys.modules.values()) if m.__name__.startswith('portal') for each in\n"
        "        vars(m).values() if isinstance(each, type) and dataclasses.is_dataclass(each)}\n"
        "print(len(made), len(ours))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=Path(__file__).resolve().parents[2], env={"VIGIE_DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    written, there = map(int, done.stdout.split())
    assert there > 900
    assert written < there / 10


def test_a_method_of_the_class_above_is_the_one_called_before_either_is_written():
    @dataclass
    class Thing:
        town: str

    @dataclass
    class Place(Thing):
        country: str = "FR"

    class Named(Thing):
        def __init__(self, name):
            super().__init__(name.title())

    place = object.__new__(Place)
    Thing.__init__(place, "nantes")
    assert vars(place) == {"town": "nantes"}
    assert (Named("nantes").town, Place("nantes")) == ("Nantes", Place("nantes", "FR"))


def test_a_method_taken_before_another_thread_wrote_it_still_answers():
    cls = _frozen(dataclass)
    taken = cls.__repr__
    found = cls("nantes")
    assert taken(found) == repr(found)
