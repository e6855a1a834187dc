"""The kinds of question, one module each: every module of this folder that defines `KIND` is registered."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from portal.questionnaires.kinds.question_kind import QuestionKind


def _found() -> list[QuestionKind]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return sorted((module.KIND for module in modules if hasattr(module, "KIND")), key=lambda kind: int(kind.rank))


QUESTION_KINDS: Mapping[str, QuestionKind] = {kind.name: kind for kind in _found()}
"""Every kind by its name, in order of rank."""

OWN_FIELDS = frozenset[str]().union(*(kind.own_fields for kind in QUESTION_KINDS.values()))
"""The fields of a question's table that only some kinds have."""

__all__ = ["OWN_FIELDS", "QUESTION_KINDS", "QuestionKind"]
