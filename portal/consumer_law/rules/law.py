"""The law as dated data: each rule with its article, its source, how sure we are of it, and from when it holds."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, Sentence, say


class Sureness(StrEnum):
    """How far a rule was checked before it was written down."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    KNOWN = "known"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"
    CONTRACT = "contract"
    """Not law at all: what our clauses ask for."""

    @property
    def label(self) -> str:
        """Shown beside every statement of law."""
        return SURENESS[self]

    @property
    def is_firm(self) -> bool:
        """Whether a consumer may be refused on its ground without reading the text again."""
        return self in {Sureness.VERIFIED, Sureness.KNOWN, Sureness.SECONDARY, Sureness.CONTRACT}


SURENESS: Mapping[Sureness, str] = {
    Sureness.VERIFIED: N_("lu au texte"),
    Sureness.SECONDARY: N_("lu chez un tiers"),
    Sureness.KNOWN: N_("connu, non relu"),
    Sureness.INFERRED: N_("notre lecture"),
    Sureness.UNVERIFIED: N_("à vérifier"),
    Sureness.CONTRACT: N_("notre contrat"),
}


class LawProblem(ValueError):
    """A file of law that must not be used; the message lists every defect."""


@dataclass(frozen=True)
class LawText:
    """A text of the law's data in both languages."""

    fr: str
    en: str

    def said(self, language: Language) -> str:
        """In a reader's language."""
        return self.en if language is Language.EN else self.fr


@dataclass(frozen=True)
class Rule:
    """One statement of law."""

    id: str
    article: str
    source: str
    sure: Sureness
    valid_from: date
    text: LawText
    valid_until: date | None = None
    article_eu: str = ""
    """The article to cite to a consumer of another Member State."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Its numbers: days, months, rates."""

    def holds_on(self, day: date) -> bool:
        """Whether the rule is law on this day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def changes(self) -> Iterator[date]:
        """The days from which the law is no more what it was the day before."""
        yield self.valid_from
        if self.valid_until is not None:
            yield self.valid_until + timedelta(days=1)

    def article_for(self, country: str) -> str:
        """The article to cite to a consumer of this country."""
        return self.article if country == "FR" or not self.article_eu else self.article_eu

    def days(self) -> int:
        """Its length in days."""
        return int(self.figures["days"])


class Rules:
    """Rules by identifier; one identifier may have several versions, never two on one day."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._versions: dict[str, list[Rule]] = {}
        for rule in rules:
            self._versions.setdefault(rule.id, []).append(rule)
        self._changes = sorted({day for rule in rules for day in rule.changes()})

    def __iter__(self) -> Iterator[Rule]:
        return (rule for versions in self._versions.values() for rule in versions)

    def find(self, rule_id: str, day: date) -> Rule | None:
        """The version that holds on a day, if any."""
        return next((rule for rule in self._versions.get(rule_id, ()) if rule.holds_on(day)), None)

    def at(self, rule_id: str, day: date) -> Rule:
        """The version that holds on a day.

        :raises KeyError: none does; callers ask only within the days the data covers.
        """
        if (rule := self.find(rule_id, day)) is None:
            raise KeyError(f"{rule_id} on {day}")
        return rule

    def era(self, day: date) -> int:
        """Which of the stretches of time without a change of law a day is in: two days of one have the same rules."""
        return bisect_right(self._changes, day)


_FIELDS = {"id", "article", "article_eu", "source", "sure", "valid_from", "valid_until", "fr", "en"}


def rule_problems(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    """What is wrong with the rules of a file: each needs an article, a source, a day and both languages.

    >>> str(next(rule_problems([{"id": "x"}])))
    'x\\u202f: «\\u202farticle\\u202f» manque.'
    """
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for place, row in enumerate(rows, start=1):
        where = str(row.get("id") or f"rule[{place}]")
        seen.setdefault(where, []).append(row)
        for name in ("id", "article", "source", "sure", "fr", "en"):
            if not isinstance(row.get(name), str) or not row[name].strip():
                yield say("%(where)s : « %(name)s » manque.", where=where, name=name)
        if type(row.get("valid_from")) is not date:
            yield say("%(where)s : « valid_from » doit être une date (2026-06-19).", where=where)
        if "sure" in row and row["sure"] not in [*Sureness]:
            yield say(
                "%(where)s : « sure » n'est pas un degré connu (%(known)s).", where=where, known=", ".join(Sureness)
            )
    for where, versions in seen.items():
        days = sorted(
            (row["valid_from"], row.get("valid_until")) for row in versions if type(row.get("valid_from")) is date
        )
        if any(until is None or start <= until for (_, until), (start, _) in pairwise(days)):
            yield say("%(where)s : deux versions valent le même jour.", where=where)


def read_rules(raw: Mapping[str, Any]) -> Rules:
    """The rules of a file.

    :raises LawProblem: some rule is not whole.
    """
    rows = raw.get("rule", [])
    if problems := list(rule_problems(rows)):
        raise LawProblem("\n".join(map(str, problems)))
    return Rules([_rule(row) for row in rows])


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        article=row["article"],
        article_eu=row.get("article_eu", ""),
        source=row["source"],
        sure=Sureness(row["sure"]),
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
        text=LawText(row["fr"], row["en"]),
        figures={name: value for name, value in row.items() if name not in _FIELDS},
    )
