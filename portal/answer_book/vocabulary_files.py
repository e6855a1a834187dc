"""The vocabulary of the answer book, read from its folder and joined to the catalogue of questionnaires."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.answer_book.rules.concepts import Vocabulary
from portal.answer_book.rules.matching import Matcher, Profile, Reading, Signature
from portal.questionnaires.definition import NO, PARTIAL, YES, Question, Questionnaire

FOLDER = Path(__file__).resolve().parent / "vocabulary"
CONCEPTS = "concepts.toml"


class UnsoundVocabulary(ValueError):
    """A file of the vocabulary says something that makes no sense; the message says where."""


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Every concept."""
    read = _read(FOLDER / CONCEPTS)
    light, elsewhere = read.pop("light"), read.pop("elsewhere")
    return Vocabulary.of({name: said for group in read.values() for name, said in group.items()}, light, elsewhere)


@lru_cache(maxsize=1)
def described() -> Mapping[str, Mapping[str, Any]]:
    """What the files say of our questions, by key; raises UnsoundVocabulary for a name that is no concept."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.name == CONCEPTS:
            continue
        for key, fields in _read(path).items():
            if key in found:
                raise UnsoundVocabulary(f"{path.name}: {key} is described twice")
            for name in _names(fields):
                if name not in vocabulary().names:
                    raise UnsoundVocabulary(f"{path.name}: {key}: {name} is no concept")
            found[key] = fields
    return found


def matcher_of(questionnaires: Iterable[Questionnaire]) -> Matcher:
    """Everything that these questionnaires ask, ready to be compared; a key asked by two is one question."""
    profiles: dict[str, Profile] = {}
    for questionnaire in questionnaires:
        for question in questionnaire.questions:
            profiles.setdefault(question.key, profile_of(question))
    return Matcher(vocabulary(), profiles.values())


def profile_of(question: Question) -> Profile:
    """One question of ours: what it says of itself, and what the files add."""
    fields = described().get(question.key, {})
    choices = [text for choice in question.choices for text in (choice.label.fr, choice.label.en)]
    columns = [text for column in question.columns for text in (column.label.fr, column.label.en)]
    return Profile(
        key=question.key,
        own_texts=(question.text.fr, question.text.en),
        around=(question.help.fr, question.help.en, *choices, *columns),
        about=tuple(Signature.of(text) for text in fields.get("about", ())),
        also=frozenset(fields.get("also", "").split()),
        readings=tuple(_readings(question, fields)),
        hours=fields.get("hours", {}),
        beyond=fields.get("beyond", {}),
    )


def _readings(question: Question, fields: Mapping[str, Any]) -> Iterator[Reading]:
    for one in fields.get("asks", ()):
        yes, no, partial = (frozenset(one.get(name, ())) for name in ("yes", "no", "partial"))
        when = Signature.of(one["when"])
        yield Reading(when, yes, no, partial, has=one.get("has", ""), has_not=one.get("has_not", ""))
    offered = {choice.value for choice in question.choices}
    if "asks" not in fields and {YES, NO} <= offered:
        yield Reading(Signature.of(""), frozenset({YES}), frozenset({NO}), frozenset({PARTIAL}) & offered)


def _names(fields: Mapping[str, Any]) -> Iterator[str]:
    for text in fields.get("about", ()):
        yield from Signature.of(text).names
    for one in fields.get("asks", ()):
        yield from Signature.of(one["when"]).names
    yield from fields.get("also", "").split()


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
