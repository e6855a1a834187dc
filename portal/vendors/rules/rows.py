"""One row of a list read as a company, its contacts and one service; what cannot be read is said, cell by cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.vendors.rules.columns import ColumnMapping, ImportField
from portal.vendors.rules.countries import Atlas, parse_country, parse_locations
from portal.vendors.rules.facts import Criticality
from portal.vendors.rules.identifiers import (
    Identifier,
    identifier_disagreements,
    identifier_problem,
    normalise_identifier,
    siren_of,
)
from portal.vendors.rules.naming import fold, plain, tidy

LONGEST: Mapping[ImportField, int] = {
    ImportField.NAME: 200,
    ImportField.LEGAL_NAME: 200,
    ImportField.WEBSITE: 200,
    ImportField.CONTACT_NAME: 200,
    ImportField.CONTACT_PHONE: 40,
}
"""Characters that a field can hold; more is refused, never cut."""
LONGEST_SERVICE = 200
"""Characters of a service's title; a longer text is kept whole as a note."""

YES = frozenset({"oui", "yes", "o", "y", "vrai", "true", "1", "x"})
NO = frozenset({"non", "no", "n", "faux", "false", "0", "aucune", "none"})
CRITICALITIES: Mapping[str, Criticality] = {
    word: level
    for level, words in {
        Criticality.ACCESSORY: "1 faible low accessoire mineure minor",
        Criticality.USEFUL: "2 moyenne moyen medium utile moderee moderate",
        Criticality.IMPORTANT: "3 elevee eleve forte high importante important majeure major",
        Criticality.ESSENTIAL: "4 critique critical essentielle essentiel essential vitale vital",
    }.items()
    for word in words.split()
}
_EMAIL = expression(r"[^\s@<>,;\"()]{1,64}@[^\s@<>,;\"().]{1,63}(?:\.[^\s@<>,;\"().]{1,63}){1,30}")
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


@dataclass(frozen=True)
class RowProblem:
    """What is wrong (or worth knowing) in a file, and where: `line` as in the file, `column` as its header says."""

    line: int
    column: str
    message: Sentence


@dataclass(frozen=True)
class RowNote:
    """A cell that no field holds, kept with its header."""

    line: int
    label: str
    value: str


@dataclass(frozen=True)
class ContactDraft:
    """A person at the vendor."""

    email: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class ServiceDraft:
    """What one row says that a vendor does for us."""

    line: int
    listed_as: str
    """The vendor's name on this row, which a merged vendor may not bear."""
    title: str
    purpose: str
    locations: tuple[str, ...]
    personal_data: str
    has_special: bool | None
    criticality: Criticality | None
    engaged_by: str
    source: str
    listed_on: str
    hosts_health_data: bool | None = None
    uses_ai: bool | None = None
    is_cloud: bool | None = None
    concerns_minors: bool | None = None


@dataclass(frozen=True)
class Company:
    """The company of one row, identifiers normalised."""

    name: str
    legal_name: str = ""
    country: str = ""
    siren: str = ""
    siret: str = ""
    vat: str = ""
    lei: str = ""
    address: str = ""
    website: str = ""


@dataclass(frozen=True)
class RowDraft:
    """One sound row."""

    line: int
    company: Company
    contacts: tuple[ContactDraft, ...]
    service: ServiceDraft
    notes: tuple[RowNote, ...]


class RowReader:
    """Reads the rows of one file; keeps what its cells repeat, such as countries, from being parsed again."""

    def __init__(self, mapping: ColumnMapping, atlas: Atlas) -> None:
        self._mapping = mapping
        self._columns = {field: column for field, column in mapping.columns.items() if column is not None}
        self._country: Callable[[str], str | Sentence] = cache(lambda text: parse_country(text, atlas))
        self._locations: Callable[[str], tuple[str, ...] | Sentence] = cache(lambda text: parse_locations(text, atlas))

    def read(self, line: int, cells: Sequence[str]) -> RowDraft | tuple[RowProblem, ...]:
        """The row, or everything that is wrong with it."""
        texts = [cell.translate(_CONTROLS).strip() for cell in cells]
        row = _Row(line, texts, self._columns, self._mapping)
        company = row.company(self._country)
        contacts = row.contacts()
        service = row.service(self._locations)
        if row.problems:
            return tuple(row.problems)
        return RowDraft(line, company, contacts, service, tuple(row.notes))


class _Row:
    """The cells of one row, with the problems and notes found while reading them."""

    def __init__(
        self, line: int, texts: Sequence[str], columns: Mapping[ImportField, int], mapping: ColumnMapping
    ) -> None:
        self.line, self._texts, self._columns, self._mapping = line, texts, columns, mapping
        self.problems: list[RowProblem] = []
        self.notes = [
            RowNote(line, mapping.label(at), texts[at]) for at in mapping.notes if at < len(texts) and texts[at]
        ]
        if any(texts[len(mapping.header) :]):
            self._complain_at("", say("La ligne a plus de cellules que l'en-tête n'a de colonnes."))
        for field, most in LONGEST.items():
            if len(text := self.text(field)) > most:
                self._complain(
                    field, say("Texte trop long : %(count)s caractères, %(most)s au plus.", count=len(text), most=most)
                )

    def text(self, field: ImportField) -> str:
        column = self._columns.get(field)
        return self._texts[column] if column is not None and column < len(self._texts) else ""

    def _complain(self, field: ImportField, message: Sentence) -> None:
        self._complain_at(self._mapping.label_of(field), message)

    def _complain_at(self, column: str, message: Sentence) -> None:
        self.problems.append(RowProblem(self.line, column, message))

    def _note(self, field: ImportField, value: str) -> None:
        self.notes.append(RowNote(self.line, self._mapping.label_of(field), value))

    def company(self, country: Callable[[str], str | Sentence]) -> Company:
        name = tidy(self.text(ImportField.NAME)) or tidy(self.text(ImportField.LEGAL_NAME))
        if not fold(name):
            self._complain(ImportField.NAME, say("Le nom manque : une ligne sans nom n'est pas un sous-traitant."))
        place = country(self.text(ImportField.COUNTRY))
        if isinstance(place, Sentence):
            self._complain(ImportField.COUNTRY, place)
        numbers = {kind: self._identifier(kind) for kind in Identifier}
        siren, siret, vat = numbers[Identifier.SIREN], numbers[Identifier.SIRET], numbers[Identifier.VAT]
        for conflict in identifier_disagreements(siren, siret, vat):
            self._complain(ImportField(conflict.field), conflict.sentence)
        return Company(
            name=name,
            legal_name=tidy(self.text(ImportField.LEGAL_NAME)),
            country="" if isinstance(place, Sentence) else place,
            siren=siren_of(siren, siret, vat),
            siret=siret,
            vat=vat,
            lei=numbers[Identifier.LEI],
            address=self.text(ImportField.ADDRESS),
            website=self.text(ImportField.WEBSITE),
        )

    def _identifier(self, kind: Identifier) -> str:
        text = self.text(ImportField(kind))
        if wrong := identifier_problem(kind, text):
            self._complain(ImportField(kind), wrong)
            return ""
        return normalise_identifier(text)

    def contacts(self) -> tuple[ContactDraft, ...]:
        name, phone = tidy(self.text(ImportField.CONTACT_NAME)), self.text(ImportField.CONTACT_PHONE)
        emails = [email for email in re.split(r"[;,\s]+", self.text(ImportField.CONTACT_EMAIL)) if email]
        if "@" in name and not emails:
            # A lone « Contact » column often holds an address.
            name, emails = "", [email for email in re.split(r"[;,\s]+", name) if email]
        for email in emails:
            if not _EMAIL.fullmatch(email) or len(email) > 254:
                field = ImportField.CONTACT_EMAIL if self.text(ImportField.CONTACT_EMAIL) else ImportField.CONTACT_NAME
                self._complain(field, say("« %(email)s » n'est pas une adresse e-mail.", email=email))
        if not emails:
            for field, text in ((ImportField.CONTACT_NAME, name), (ImportField.CONTACT_PHONE, phone)):
                if text:
                    self._note(field, text)
            return ()
        first, *others = dict.fromkeys(email.lower() for email in emails)
        return (ContactDraft(first, name, phone), *(ContactDraft(email) for email in others))

    def service(self, locations: Callable[[str], tuple[str, ...] | Sentence]) -> ServiceDraft:
        title = self.text(ImportField.SERVICE)
        if len(title) > LONGEST_SERVICE:
            self._note(ImportField.SERVICE, title)
            title = title[: LONGEST_SERVICE - 1].rstrip() + "…"
        places = locations(self.text(ImportField.LOCATIONS))
        if isinstance(places, Sentence):
            self._complain(ImportField.LOCATIONS, places)
        return ServiceDraft(
            line=self.line,
            listed_as=tidy(self.text(ImportField.NAME)),
            title=title,
            purpose=self.text(ImportField.PURPOSE),
            locations=() if isinstance(places, Sentence) else places,
            personal_data=self.text(ImportField.PERSONAL_DATA),
            has_special=self._yes_or_no(ImportField.SPECIAL_DATA),
            hosts_health_data=self._yes_or_no(ImportField.HEALTH_DATA),
            uses_ai=self._yes_or_no(ImportField.AI),
            is_cloud=self._yes_or_no(ImportField.CLOUD),
            concerns_minors=self._yes_or_no(ImportField.MINORS),
            criticality=self._criticality(),
            engaged_by=self.text(ImportField.ENGAGED_BY),
            source=self.text(ImportField.SOURCE),
            listed_on=self.text(ImportField.LISTED_ON),
        )

    def _yes_or_no(self, field: ImportField) -> bool | None:
        text = self.text(field)
        word = plain(text)
        if word in YES or word in NO:
            return word in YES
        if text:
            self._complain(field, say("« %(text)s » : écrivez « oui », « non », ou laissez vide.", text=text))
        return None

    def _criticality(self) -> Criticality | None:
        text = self.text(ImportField.CRITICALITY)
        level = CRITICALITIES.get(plain(text))
        if text and level is None:
            self._complain(
                ImportField.CRITICALITY,
                say(
                    "« %(text)s » n'est pas une criticité : écrivez 1 à 4, ou faible, moyenne, élevée, critique.",
                    text=text,
                ),
            )
        return level
