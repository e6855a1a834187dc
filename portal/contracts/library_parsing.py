"""Parsing the TOML of clause library files; every unknown, missing or mistyped field is reported."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, TypeVar

from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.model import (
    Approver,
    BilingualWords,
    Clause,
    ClauseSlot,
    ClauseTheme,
    ContractRequirement,
    ContractTemplate,
    FactCondition,
    FigureSense,
    FigureUnit,
    LibraryDefect,
    NegotiationPoint,
    Obligation,
    ObligationClass,
    ObligationSeverity,
    OperativeWords,
    PositionFigure,
    Prose,
    Quantity,
    RequirementTable,
    SharedSignature,
    TemplateAnnex,
    TemplateRefusal,
    read_quantity,
    words,
)
from portal.contracts.rules.prose_parsing import parse_paragraphs
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class UnreadableFile(Exception):
    """A file nothing can be made of; says where and why."""

    def __init__(self, sentence: Sentence, line: int | None = None, column: int | None = None) -> None:
        self.sentence, self.line, self.column = sentence, line, column
        super().__init__(str(sentence))


@dataclass
class LibraryFile:
    """One file: its table, its digest, and the defects found on the way."""

    path: str
    table: Mapping[str, Any]
    sha256: str
    next_line: int = 1
    """Line of the file where the prose after the table starts."""
    defects: list[LibraryDefect] = field(default_factory=list)

    def complain(self, where: str, sentence: Sentence) -> None:
        """Report a defect of this file."""
        self.defects.append(LibraryDefect(self.path, where, sentence))


@dataclass
class TableFields:
    """A table being read: every field must be known, present and of its type."""

    sheet: LibraryFile
    where: str
    table: Mapping[str, Any]
    taken: set[str] = field(default_factory=set)

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._take(name, None)
        if not isinstance(value, str) or not value.strip():
            return self._wrong(name, say("un texte"), "")
        return value

    def number(self, name: str) -> int:
        """A whole number from 1."""
        value = self._take(name, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            return self._wrong(name, say("un nombre entier à partir de 1"), 0)
        return value

    def words(self, name: str) -> BilingualWords:
        value = self._take(name, None)
        if not _is_words(value):
            return self._wrong(name, say("un texte en « fr » et un en « en »"), BilingualWords("", ""))
        return words(value["fr"], value["en"])

    def prose(self, name: str) -> Prose:
        value = self._take(name, {})
        if value and not _is_words(value):
            return self._wrong(name, say("un texte en « fr » et un en « en »"), {})
        try:
            return {language: parse_paragraphs(value.get(language.value, ""), language) for language in Language}
        except ValueError as error:
            self.sheet.complain(self.where, say("Champ « %(name)s » : %(reason)s", name=name, reason=str(error)))
            return {}

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return self._wrong(name, say("une liste de textes"), ())
        if len(set(value)) != len(value):
            self.sheet.complain(self.where, say("Champ « %(name)s » : une valeur y est deux fois.", name=name))
        return tuple(dict.fromkeys(value))

    def tables(self, name: str) -> Iterator["TableFields"]:
        value = self._take(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._wrong(name, say("une liste de tables"), None)
            return
        yield from (
            TableFields(self.sheet, f"{self.where} {name}[{rank}]".strip(), item) for rank, item in enumerate(value, 1)
        )

    def named(self, name: str) -> Iterator[tuple[str, "TableFields"]]:
        value = self._take(name, {})
        if not isinstance(value, dict) or not all(isinstance(item, dict) for item in value.values()):
            self._wrong(name, say("une table de tables"), None)
            return
        yield from ((key, TableFields(self.sheet, f"{self.where} {key}".strip(), item)) for key, item in value.items())

    def table_of_words(self, name: str) -> dict[str, BilingualWords]:
        """Fact key → label; a label that is not in both languages is reported."""
        value = self._take(name, {})
        if not isinstance(value, dict) or not all(_is_words(item) for item in value.values()):
            return self._wrong(name, say("un texte en « fr » et un en « en » pour chaque ligne"), {})
        return {key: words(item["fr"], item["en"]) for key, item in value.items()}

    def mixed(self, name: str) -> list[str | dict[str, Any]]:
        """A list of texts and tables."""
        value = self._take(name, [])
        if not isinstance(value, list) or not value or not all(isinstance(item, str | dict) for item in value):
            return self._wrong(name, say("une liste d'identifiants de clauses"), [])
        return value

    def one_of(self, name: str, kind: type[E], default: E) -> E:
        """A code of a closed list."""
        value = self._take(name, None)
        found = next((one for one in kind if one.value == value), None)
        if found is None:
            listed = ", ".join(one.value for one in kind)
            return self._wrong(name, say("une des valeurs %(values)s", values=listed), default)
        return found

    def quantity(self, name: str) -> Quantity | None:
        """A number with its unit: « 24 hours »."""
        value = self._take(name, None)
        found = read_quantity(value) if isinstance(value, str) else None
        units = ", ".join(FigureUnit)
        return found or self._wrong(name, say("un nombre et son unité (%(units)s) : « 24 hours »", units=units), None)

    def condition(self) -> FactCondition:
        negated = "not_in" in self.table
        among = frozenset(self.texts("not_in" if negated else "in"))
        if not among:
            self.sheet.complain(self.where, say("Une condition veut « in » ou « not_in », avec au moins un code."))
        return self.done(FactCondition(self.text("fact"), among, negated))

    def done(self, made: T) -> T:
        for name in self.table.keys() - self.taken:
            self.sheet.complain(self.where, say("Champ inconnu : « %(name)s ».", name=name))
        return made

    def _take(self, name: str, default: Any) -> Any:
        self.taken.add(name)
        return self.table.get(name, default)

    def _wrong(self, name: str, expected: Sentence, instead: T) -> T:
        self.sheet.complain(self.where, say("Champ « %(name)s » : il faut %(expected)s.", name=name, expected=expected))
        return instead


def _is_words(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"fr", "en"}
        and all(isinstance(text, str) and text.strip() for text in value.values())
    )


def parse_obligations(sheet: LibraryFile) -> Iterator[Obligation]:
    """The obligations of `obligations.toml`, in its order."""
    top = TableFields(sheet, "", sheet.table)
    for item in top.tables("obligation"):
        item.where = key = item.text("id")
        made = Obligation(
            key,
            item.one_of("class", ObligationClass, ObligationClass.CONTRACT),
            item.words("title"),
            item.text("basis"),
            item.words("satisfied_when"),
            item.one_of("severity", ObligationSeverity, ObligationSeverity.MAJOR),
        )
        yield item.done(made)
    top.done(None)


def parse_themes(sheet: LibraryFile) -> Iterator[ClauseTheme]:
    """The shelves of `themes.toml`, in its order."""
    top = TableFields(sheet, "", sheet.table)
    for item in top.tables("theme"):
        item.where = key = item.text("id")
        yield item.done(ClauseTheme(key, item.words("title"), item.texts("clauses")))
    top.done(None)


def parse_clause(sheet: LibraryFile, prose: Prose) -> Clause | None:
    """A clause from its front matter and its prose; None without an id."""
    top = TableFields(sheet, "", sheet.table)
    top.where = key = top.text("id")
    name = PurePosixPath(sheet.path).name
    if key and not name.startswith(f"{key}-"):
        sheet.complain(key, say("Ce fichier devrait s'appeler « %(key)s-….md ».", key=key))
    variables = top.table_of_words("variables")
    made = Clause(
        key,
        top.text("version"),
        top.words("title"),
        top.text("position"),
        top.texts("covers"),
        top.texts("needs"),
        variables,
        tuple(item.condition() for item in top.tables("applies_when")),
        {name: item.condition() for name, item in top.named("conditions")},
        prose,
        sheet.sha256,
        sheet.path,
        tuple(_point(item) for item in top.tables("negotiation")),
        tuple(_operative(item) for item in top.tables("operative")),
        top.words("not_negotiable") if "not_negotiable" in sheet.table else None,
    )
    return top.done(made) if key else None


def _point(item: TableFields) -> NegotiationPoint:
    figures = tuple(one for one in map(_figure, item.tables("figures")) if one is not None)
    approver = item.one_of("approver", Approver, Approver.LEGAL)
    return item.done(
        NegotiationPoint(item.number("paragraph"), item.prose("fallback"), item.words("red_line"), approver, figures)
    )


def _operative(item: TableFields) -> OperativeWords:
    """Words of the clause's own text: `meets`, then the words in each language."""
    made = OperativeWords(item.texts("meets"), words(item.text("fr"), item.text("en")))
    return item.done(made)


def _figure(item: TableFields) -> PositionFigure | None:
    """One figure of a position; None when a quantity of it cannot be read."""
    what, sense = item.words("what"), item.one_of("sense", FigureSense, FigureSense.AT_MOST)
    preferred = item.quantity("preferred") if "preferred" in item.table else None
    fallback = item.quantity("fallback")
    red_line = item.quantity("red_line") if "red_line" in item.table else None
    item.done(None)
    unread = "preferred" in item.table and preferred is None
    return PositionFigure(what, sense, preferred, fallback, red_line) if fallback and not unread else None


def parse_requirements(sheet: LibraryFile) -> RequirementTable | None:
    """The requirements that go with a questionnaire; None without its key."""
    top = TableFields(sheet, "", sheet.table)
    top.where = key = top.text("questionnaire")
    if key and PurePosixPath(sheet.path).stem != key:
        sheet.complain(key, say("Ce fichier devrait s'appeler « %(name)s ».", name=f"{key}.toml"))
    made = RequirementTable(
        key,
        top.words("title"),
        top.words("intro"),
        tuple(_requirement(item) for item in top.tables("requirement")),
        sheet.path,
    )
    return top.done(made) if key else None


def _requirement(item: TableFields) -> ContractRequirement:
    item.where = key = item.text("id")
    made = ContractRequirement(
        key,
        item.words("title"),
        item.texts("basis"),
        item.texts("questions"),
        item.text("evidence"),
        item.words("verified_by"),
    )
    return item.done(made)


def parse_template(sheet: LibraryFile, before: Mapping[str, ContractTemplate]) -> ContractTemplate | None:
    """A template; None without a key. `before` holds those already read, which it may follow."""
    top = TableFields(sheet, "", sheet.table)
    top.where = key = top.text("key")
    if key and PurePosixPath(sheet.path).stem != key:
        sheet.complain(key, say("Ce fichier devrait s'appeler « %(name)s ».", name=f"{key}.toml"))
    made = ContractTemplate(
        key,
        top.text("version"),
        top.words("title"),
        top.words("subtitle"),
        tuple(_slots(top)) if "like" not in sheet.table else (),
        tuple(_annex(item) for item in top.tables("annexes")),
        tuple(item.done((item.words("label"), item.text("fact"))) for item in top.tables("cover")),
        tuple(
            item.done((item.words("label"), item.text("name"), item.text("representative")))
            for item in top.tables("signatures")
        ),
        sheet.sha256,
        sheet.path,
        top.text("role") if "role" in sheet.table else "",
        top.one_of("kind", DocumentKind, DocumentKind.PROCESSING),
        top.words("when"),
        top.words("opening") if "opening" in sheet.table else None,
        top.words("closing") if "closing" in sheet.table else None,
        tuple(_refusal(item) for item in top.tables("refusals")),
        top.number("place"),
        next((_shared_signature(item) for item in top.tables("shared_signature")), None),
    )
    made = _like(made, top, before)
    return top.done(made) if key else None


def _like(made: ContractTemplate, top: TableFields, before: Mapping[str, ContractTemplate]) -> ContractTemplate:
    """A template that takes the clauses and annexes of another one, with some clauses in place of others.

    A place keeps the name of the clause that is replaced, so that what refers to it leads to what stands there.
    """
    instead = {item.text("clause"): item.done(item.text("by")) for item in top.tables("instead")}
    if "like" not in top.sheet.table:
        return made
    model = before.get(top.text("like"))
    if model is None:
        top.sheet.complain(top.where, say("Champ « like » : ce modèle n'existe pas, ou en suit lui-même un autre."))
        return made
    for clause in instead.keys() - set(model.clause_keys):
        top.sheet.complain(top.where, say("Champ « instead » : le modèle suivi n'a pas la clause %(key)s.", key=clause))
    slots = tuple(
        ClauseSlot(slot.key, (instead[slot.key],), instead[slot.key]) if slot.key in instead else slot
        for slot in model.slots
    )
    return replace(made, slots=slots, annexes=model.annexes, cover=made.cover or model.cover)


def _refusal(item: TableFields) -> TemplateRefusal:
    when = FactCondition(item.text("fact"), frozenset(item.texts("in")))
    return item.done(TemplateRefusal(when, item.texts("unless_written"), item.text("why")))


def _shared_signature(item: TableFields) -> SharedSignature:
    when = tuple(condition.condition() for condition in item.tables("when"))
    return item.done(SharedSignature(when, item.prose("said")))


def _slots(top: TableFields) -> Iterator[ClauseSlot]:
    """Each place is a clause id, or a table of alternatives under one name."""
    for rank, item in enumerate(top.mixed("clauses"), start=1):
        if isinstance(item, str):
            yield ClauseSlot(item, (item,), item)
        else:
            place = TableFields(top.sheet, f"{top.where} clauses[{rank}]", item)
            default = place.text("default") if "default" in item else ""
            yield place.done(ClauseSlot(place.text("slot"), place.texts("among"), default))


def _annex(item: TableFields) -> TemplateAnnex:
    made = TemplateAnnex(
        item.text("key"),
        item.words("title"),
        item.prose("intro"),
        item.texts("facts"),
        item.texts("tables"),
        tuple(condition.condition() for condition in item.tables("applies_when")),
    )
    return item.done(made)
