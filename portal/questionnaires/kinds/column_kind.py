"""What the cell of a table question may hold: text, number, date, e-mail address, country, or one of some choices."""

from collections.abc import Mapping
from typing import ClassVar

from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say
from portal.questionnaires.definition import TableColumn
from portal.questionnaires.kinds.choices import label_of, offered_value
from portal.questionnaires.kinds.countries import COUNTRIES, code_named, country_names
from portal.questionnaires.kinds.date import date_in_words, stored_date
from portal.questionnaires.kinds.number import number_in_words, stored_number, typed_number
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer

_EMAIL = expression(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,180}\.[^@\s<>\"'.]{2,63}")


class ColumnKind:
    """A column of texts; the other kinds of column derive from it."""

    name: ClassVar[str] = "text"
    """As written in questionnaire files and kept in frozen ones: it never changes."""
    label: ClassVar[Sentence] = say("texte")
    attributes: ClassVar[Mapping[str, str]] = {"type": "text"}
    """Attributes of the control, an HTML `input`."""
    cell_holds: ClassVar[str] = "text"
    """What a cell of a workbook holds for it: `text`, `number` or `date`."""
    takes_choices: ClassVar[bool] = False
    takes_countries: ClassVar[bool] = False
    demo_cells: ClassVar[tuple[str, str]] = ("Provence Réseaux SAS", "Arc Support SL")
    """A plausible cell for the first row and for the second, for the demonstration."""

    def __repr__(self) -> str:
        """The name, as test reports and errors show it."""
        return self.name

    def read_form(self, posted: str) -> tuple[str, Sentence | None]:
        """The cell as `stored_cell` accepts it, and why it cannot be accepted, if so."""
        return posted, None

    def stored_cell(self, column: TableColumn, text: str) -> str:
        """The one way this cell, cleaned and not empty, is written; raises `UnacceptableAnswer`."""
        return text

    def typed_cell(self, text: str, language: Language) -> str:
        """What the control holds for a stored cell, or for what was typed and refused."""
        return text

    def cell_in_words(self, column: TableColumn, text: str, language: Language) -> str:
        """A cell, not empty, as a person reads it."""
        return text

    def demo_cell(self, column: TableColumn, row: int) -> str:
        """A plausible cell for row 0 or 1."""
        return self.demo_cells[row]


class NumberColumn(ColumnKind):
    """A number, without bounds."""

    name = "number"
    label = say("nombre")
    cell_holds = "number"
    attributes: ClassVar[Mapping[str, str]] = {"type": "text", "inputmode": "decimal"}
    demo_cells = ("12", "12")

    def stored_cell(self, column: TableColumn, text: str) -> str:
        """As for a question."""
        return stored_number(text)

    def typed_cell(self, text: str, language: Language) -> str:
        """With the decimal separator that the reader types."""
        return typed_number(text, language)

    def cell_in_words(self, column: TableColumn, text: str, language: Language) -> str:
        """With the separators of the language."""
        return number_in_words(text, language)


class DateColumn(ColumnKind):
    """A date."""

    name = "date"
    label = say("date")
    cell_holds = "date"
    attributes: ClassVar[Mapping[str, str]] = {"type": "date"}
    demo_cells = ("2026-06-30", "2026-06-30")

    def stored_cell(self, column: TableColumn, text: str) -> str:
        """As ISO 8601."""
        return stored_date(text)

    def cell_in_words(self, column: TableColumn, text: str, language: Language) -> str:
        """In letters."""
        return date_in_words(text, language)


class EmailColumn(ColumnKind):
    """An e-mail address."""

    name = "email"
    label = say("adresse e-mail")
    attributes: ClassVar[Mapping[str, str]] = {"type": "email", "autocomplete": "off"}
    demo_cells = ("contact@provence-reseaux.example", "ayuda@arc-support.example")

    def stored_cell(self, column: TableColumn, text: str) -> str:
        """The address as typed."""
        if not _EMAIL.fullmatch(text):
            raise UnacceptableAnswer(say("« %(value)s » n'est pas une adresse e-mail.", value=text[:60]))
        return text


class CountryColumn(ColumnKind):
    """A country: typed by name or by code, stored as its ISO 3166-1 alpha-2 code."""

    name = "country"
    label = say("pays")
    attributes: ClassVar[Mapping[str, str]] = {"type": "text", "list": "pays", "autocomplete": "off"}
    takes_countries = True
    demo_cells = ("FR", "ES")

    def read_form(self, posted: str) -> tuple[str, Sentence | None]:
        """The code of the country; one that nobody knows stays as typed, with the sentence that says so."""
        code = code_named(posted)
        return (code, None) if isinstance(code, str) else (posted, code)

    def stored_cell(self, column: TableColumn, text: str) -> str:
        """The code in capitals."""
        if text.upper() not in COUNTRIES:
            raise UnacceptableAnswer(
                say("« %(value)s » n'est pas un code de pays (deux lettres, par exemple FR).", value=text[:60])
            )
        return text.upper()

    def typed_cell(self, text: str, language: Language) -> str:
        """The name of the country; what is no code stays as typed."""
        return country_names(language).get(text, text)

    def cell_in_words(self, column: TableColumn, text: str, language: Language) -> str:
        """The name of the country."""
        return country_names(language).get(text, text)


class SingleColumn(ColumnKind):
    """One of the choices of the column."""

    name = "single"
    label = say("au choix")
    takes_choices = True

    def stored_cell(self, column: TableColumn, text: str) -> str:
        """The value of the choice."""
        return offered_value(text, column.choices)

    def cell_in_words(self, column: TableColumn, text: str, language: Language) -> str:
        """The label of the choice."""
        return label_of(text, column.choices, language)

    def demo_cell(self, column: TableColumn, row: int) -> str:
        """The first choices."""
        return column.choices[min(row, len(column.choices) - 1)].value


COLUMN_KINDS: Mapping[str, ColumnKind] = {
    kind.name: kind
    for kind in (ColumnKind(), NumberColumn(), DateColumn(), EmailColumn(), CountryColumn(), SingleColumn())
}
"""Every kind of column by its name, in the order in which they are listed."""
