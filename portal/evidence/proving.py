"""Which pieces together answer which questions, from the `[[proves]]` of `questionnaires/preuves.toml`.

A rule is shown to whoever answers and to whoever reads, and weighs nothing in a score: it says beforehand which
document will do, and a reviewer still says whether it did.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, english, french, say
from portal.evidence.kinds import FILE, read_kinds


@dataclass(frozen=True)
class ProofRule:
    """Kinds of proof that together answer some questions."""

    kinds: tuple[str, ...]
    answers: Mapping[str, str]
    """By question, the passage of the standard to read; empty when there is none to name."""
    fr: str
    en: str

    def read(self, language: Language) -> str:
        """What the pieces must be, in one language."""
        return english(self.en) if language is Language.EN else french(self.fr)

    def missing(self, held: Collection[str]) -> tuple[str, ...]:
        """The kinds that are not among those held."""
        return tuple(kind for kind in self.kinds if kind not in held)


def rule_problems(raw: Mapping[str, object], kinds: Collection[str], questions: Collection[str]) -> Iterator[Sentence]:
    """Every defect of the rules of a parsed file, each with the rule it is about.

    >>> found = {"proves": [{"kinds": ["iso"], "fr": "…", "en": "…", "answers": {"a.un": ""}}]}
    >>> [problem.values["key"] for problem in rule_problems(found, ["iso"], ["a.deux"])]
    ['a.un']
    """
    rows = raw.get("proves", [])
    for place, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        if not isinstance(row, dict) or not {"kinds", "fr", "en", "answers"} <= set(row):
            yield say("Règle n° %(place)s : « kinds », « fr », « en » et « answers » sont attendus.", place=place)
            continue
        for kind in row["kinds"]:
            if kind not in kinds:
                yield say("Règle n° %(place)s : la nature « %(kind)s » n'existe pas.", place=place, kind=kind)
        for key in row["answers"]:
            if key not in questions:
                yield say("Règle n° %(place)s : la question « %(key)s » n'existe pas.", place=place, key=key)


@lru_cache(maxsize=4)
def read_rules(folder: Path) -> tuple[ProofRule, ...]:
    """The rules of `preuves.toml` in a folder, read once per process."""
    raw = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    known = read_kinds(folder)
    return tuple(
        ProofRule(tuple(row["kinds"]), dict(row["answers"]), row["fr"], row["en"])
        for row in raw.get("proves", [])
        if set(row["kinds"]) <= set(known)
    )


def rules_of(rules: Sequence[ProofRule], question: str) -> list[ProofRule]:
    """The rules that answer a question, in the order of the file."""
    return [rule for rule in rules if question in rule.answers]


def answering_kinds(rules: Sequence[ProofRule], question: str, asked: Collection[str]) -> frozenset[str]:
    """The kinds that a question takes: those it asks for, and those of the rules that answer it; empty for any."""
    return frozenset(asked).union(*(rule.kinds for rule in rules_of(rules, question))) if asked else frozenset()
