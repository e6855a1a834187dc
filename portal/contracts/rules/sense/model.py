"""A check of sense, what it looks at, and the problem it finds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from functools import cached_property

from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.facts import ContractFacts, Row
from portal.contracts.rules.model import BilingualWords
from portal.contracts.rules.text_language import LanguageWords
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language
from portal.vendors.rules.countries import Atlas, adequacy, in_eea, parse_locations

_BETWEEN_PLACES = expression(r"[,;()/]|\s[-–—]\s")
_NAMING = ("name", "importer", "measure")
"""Columns that tell the rows of a table apart."""


@dataclass(frozen=True)
class SenseCheck:
    """One check of the data file."""

    key: str
    test: str
    """Name of the rule that looks."""
    basis: str
    """The law or guidance that it rests on."""
    message: BilingualWords
    """What it says when it fails; `%(…)s` are filled by the rule."""
    at: tuple[str, ...] = ()
    words: re.Pattern[str] | None = None
    country: str = ""
    regime: str = ""

    def holds_words(self, text: str) -> bool:
        """Whether a text is one that the check is about."""
        return self.words is not None and self.words.search(text) is not None


@dataclass(frozen=True)
class SenseProblem:
    """A check that failed on a fact."""

    check: SenseCheck
    fact: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said_in(self, language: Language) -> str:
        """The sentence for a person, with what was found."""
        values = {
            name: value.said_in(language) if isinstance(value, BilingualWords) else value
            for name, value in self.values.items()
        }
        return self.check.message.said_in(language) % values


@dataclass(frozen=True)
class FactText:
    """One text of the facts: a value, an item of a list, a cell of a table."""

    fact: str
    text: str
    row: Row | None = None
    column: str = ""

    @property
    def name(self) -> str:
        """What tells its row apart; the text itself outside a table."""
        return self.text if self.row is None else row_name(self.row)


@dataclass(frozen=True)
class StatedTransfer:
    """A recipient of data in one of the two tables that say where they go and under which tool."""

    fact: str
    name: str
    country: str
    codes: tuple[str, ...]
    tool: str
    row: Row


@dataclass(frozen=True)
class FactsScene:
    """The facts of a contract under check, and the law of countries on a day."""

    facts: ContractFacts
    atlas: Atlas
    on: date
    language: Language = Language.FR
    """What the contract is written in."""
    words: LanguageWords | None = None
    """What tells its language from the other one; without it no text is checked for that."""

    def texts(self, where: str) -> Iterator[FactText]:
        """Every text, not empty, at one place of a check: a fact, a column, or `*`."""
        if where == "*":
            for key, fact in FACTS.items():
                if fact.kind is FactKind.ROWS:
                    for row in self.facts.rows(key):
                        yield from (
                            FactText(key, cell, row, name)
                            for name, text in row.items()
                            if (cell := (text or "").strip())
                        )
                elif fact.kind is not FactKind.CODES:
                    yield from (FactText(key, text) for text in self.facts.items(key))
            return
        table, column = split_place(where)
        if column:
            for row in self.facts.rows(table):
                if cell := (row.get(column) or "").strip():
                    yield FactText(table, cell, row, column)
        else:
            yield from (FactText(table, text) for text in self.facts.items(table))

    @cached_property
    def transfers(self) -> tuple[StatedTransfer, ...]:
        """Every recipient whose country is read."""
        found = []
        for fact, name, tool in (("subprocessors", "name", "transfer"), ("transfers.rows", "importer", "tool")):
            for row in self.facts.rows(fact):
                country = (row.get("country") or "").strip()
                if codes := self.codes_in(country):
                    found.append(
                        StatedTransfer(fact, (row.get(name) or "–").strip(), country, codes, row.get(tool) or "", row)
                    )
        return tuple(found)

    @cached_property
    def regimes(self) -> tuple[str, ...]:
        """The regime of transfers chosen for the contract; empty while it is unknown."""
        return self.facts.items("transfers.mechanism")

    def codes_in(self, text: str) -> tuple[str, ...]:
        """Countries and regions that a text names, the whole first, then its parts: « Paris, France » is in France."""
        whole = parse_locations(text, self.atlas)
        if isinstance(whole, tuple):
            return whole
        parts = (parse_locations(part, self.atlas) for part in _BETWEEN_PLACES.split(text))
        return tuple(code for found in parts if isinstance(found, tuple) for code in found)

    @cached_property
    def abroad(self) -> Mapping[str, str]:
        """Every place outside the European Economic Area that the facts name: its code, and how they write it."""
        written = [*self.facts.items("locations"), self.facts.text("vendor.country")]
        written += [transfer.country for transfer in self.transfers]
        found: dict[str, str] = {}
        for text in written:
            for code in self.codes_in(text):
                if not self.is_near(code):
                    found.setdefault(code, text)
        return found

    def is_near(self, code: str) -> bool:
        """Whether data stay in the European Economic Area there."""
        return in_eea(code, self.atlas, self.on)

    def is_adequate(self, code: str) -> bool:
        """Whether a decision of adequacy covers a country, if only some of its organisations."""
        return adequacy(code, self.atlas, self.on) is not None


def split_place(where: str) -> tuple[str, str]:
    """The fact and the column that a place names; no column for a fact as a whole.

    >>> split_place("transfers.rows.tool"), split_place("vendor.address")
    (('transfers.rows', 'tool'), ('vendor.address', ''))
    """
    if where in FACTS:
        return where, ""
    table, _, column = where.rpartition(".")
    return table, column


def row_name(row: Row) -> str:
    """What tells a row apart: the name it bears, else its first words."""
    named = (row.get(key) for key in _NAMING)
    return next((text.strip() for text in (*named, *row.values()) if text and text.strip()), "–")
