"""Forms of the facts of one contract: typed one by one, in tables, or answered by the vendor through a link."""

import json
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.contracts.fact_sources.stored_facts import is_bound
from portal.contracts.forms import LANGUAGES, Needed
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.model import headed
from portal.contracts.services import LONGEST_FACT, LONGEST_OVERRIDE, MOST_ROWS
from portal.core.cleaning import clean
from portal.core.language import Language
from portal.identity.rules import PERSON_NAME_LENGTH
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, ListField, LongTextField, PortalForm, SelectField, TextField
from portal.web.text import lazy

MOST_PASTED = 200_000
"""Characters pasted at once."""
_LONG = frozenset({"service.description", "controller.address", "vendor.address"})


class FactsForm(PortalForm):
    """Facts typed for one contract; its fields depend on what is missing. See `facts_form`."""

    seen = HiddenField()
    keys: ClassVar[tuple[str, ...]] = ()
    explained: ClassVar[tuple[str, ...]] = ()
    """Facts known otherwise: following something else takes a reason."""

    def given(self, known: Mapping[str, Any]) -> dict[str, str | list[str]]:
        """What was typed, by fact; what was proposed from elsewhere and left as it was is nobody's word."""
        told = {key: self[field_name(key)].data or "" for key in self.keys}
        seen = self.before()
        return {key: value for key, value in told.items() if key in seen or not _is_same(value, known.get(key))}

    def reasons(self) -> dict[str, str]:
        """Why a fact known otherwise is not followed, by fact."""
        return {key: self[reason_name(key)].data or "" for key in self.explained}

    def before(self) -> dict[str, Any]:
        """What the person had before their eyes; nothing when that cannot be read any more."""
        try:
            found = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def see(self, told: Mapping[str, Any]) -> None:
        """Remember what is typed already, as the person is about to see it."""
        shown = {key: told[key] for key in self.keys if told.get(key) is not None}
        self.seen.data = json.dumps(shown, ensure_ascii=False)


def _is_same(given: Any, known: Any) -> bool:
    plain = list(known) if isinstance(known, tuple) else known
    return bool(given) and given in (plain, [plain])


def facts_form(
    keys: Sequence[str],
    told: Mapping[str, Any],
    language: Language,
    optional: Collection[str] = (),
    *,
    known: Mapping[str, Any] = MappingProxyType({}),
    left: Mapping[str, Sequence[str]] | None = None,
) -> Any:
    """A form with a field for each of these facts, holding what is typed already, else what is known elsewhere.

    `left` is what its person had typed there and not saved, with what they had before their eyes then.

    The optional ones may stay empty; one that is known elsewhere has a field for why it is not followed.
    """
    fields = {
        field_name(key): _field(
            FACTS[key], headed(FACTS[key].label.said_in(language)), language, needed=key not in optional
        )
        for key in keys
    }
    explained = tuple(key for key in keys if key in known)
    fields |= {reason_name(key): _reason_field(headed(FACTS[key].label.said_in(language))) for key in explained}
    held = {**{key: known[key] for key in explained}, **{key: told[key] for key in keys if told.get(key) is not None}}
    form = type("FactsForm", (FactsForm,), {**fields, "keys": tuple(keys), "explained": explained})(
        data={field_name(key): _shown(FACTS[key], value) for key, value in held.items()},
        **({} if left is None else {"formdata": MultiDict(left)}),
    )
    if left is None and not form.is_submitted():
        form.see(told)
    return form


def _reason_field(label: str) -> Any:
    return TextField(
        lazy("Pourquoi ce contrat s'écarte : %(fact)s", fact=label),
        [Length(max=LONGEST_OVERRIDE)],
        description=lazy("Gardé au journal, avec votre nom ; jamais imprimé."),
    )


def reason_name(key: str) -> str:
    """The field of the reason for a fact."""
    return f"why__{field_name(key)}"


def _shown(fact: FactDefinition, value: Any) -> Any:
    """What a field takes: one code of a list of one, anything else as it is stored."""
    is_one = fact.kind is FactKind.CODES and not fact.several and isinstance(value, list | tuple)
    return value[0] if is_one else list(value) if isinstance(value, tuple) else value


def field_name(key: str) -> str:
    """The field of a fact.

    >>> field_name("vendor.name")
    'vendor__name'
    """
    return key.replace(".", "__")


def _field(fact: FactDefinition, label: str, language: Language, *, needed: bool) -> Any:
    checks: list[Any] = [Needed()] if needed else []
    if fact.kind is FactKind.CODES:
        choices = [SelectChoice(code, words.said_in(language)) for code, words in fact.choices.items()]
        if fact.several:
            return SelectMultipleField(
                label, checks, choices=choices, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
            )
        return SelectField(label, checks, default="", choices=[SelectChoice("", lazy("À choisir")), *choices])
    if fact.kind is FactKind.LIST:
        return ListField(label, checks, description=lazy("Un élément par ligne."))
    too_long = Length(max=LONGEST_FACT, message=lazy("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_FACT))
    return (LongTextField if fact.key in _LONG else TextField)(label, [*checks, too_long])


class RowsField(Field):
    """The rows of a table of facts: cells `<name>:<row>:<column>`, a text of the other language beside, `…:other`."""

    data: Any

    def __init__(self, key: str, spoken: Language, reader: Language, **placed: Any) -> None:
        super().__init__(headed(FACTS[key].label.said_in(reader)), **placed)
        self.key, self.spoken = key, spoken

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read the rows that were posted, in their order; what is stored otherwise."""
        super().process(None, *args, **kwargs)
        if formdata is not None and self.name in formdata:
            self.raw_data = [self.name]
            self.data = self._posted(formdata)

    def _posted(self, formdata: Any) -> list[dict[str, Any]]:
        numbers = {
            int(parts[1])
            for name in formdata
            if (parts := name.split(":"))[0] == self.name and len(parts) > 2 and parts[1].isdecimal()
        }
        return [self._row(formdata, number) for number in sorted(numbers)[:MOST_ROWS]]

    def _row(self, formdata: Any, number: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in FACTS[self.key].columns:
            name = f"{self.name}:{number}:{column.key}"
            text, other = (clean(formdata.get(one, "")) for one in (name, f"{name}:other"))
            if is_bound(self.key, column.key):
                told = {one.value: text if one is self.spoken else other for one in Language}
                cell: Any = {code: said for code, said in told.items() if said}
            else:
                cell = text
            if cell:
                found[column.key] = cell
        return found

    def _value(self) -> str:
        """As a spreadsheet takes it, for whoever compares two states of a table."""
        columns = FACTS[self.key].columns
        return "\n".join(
            " · ".join(text for column in columns if (text := self._told(row.get(column.key))))
            for row in self.data or ()
        )

    def _told(self, cell: Any) -> str:
        return str(cell.get(self.spoken.value, "")) if isinstance(cell, Mapping) else str(cell or "")


class TableForm(EditForm):
    """A table typed for one contract, and why it is not the one known otherwise. See `table_form`."""

    why = TextField(
        lazy("Pourquoi ce contrat s'écarte de ce qui est connu"),
        [Length(max=LONGEST_OVERRIDE)],
        description=lazy("Gardé au journal, avec votre nom ; jamais imprimé."),
    )
    paste = LongTextField(
        lazy("Coller depuis un tableur"),
        [Length(max=MOST_PASTED)],
        render_kw={"rows": 4},
    )
    key: ClassVar[str] = ""

    def _edited(self) -> list[Field]:
        """What is pasted is read, and kept nowhere."""
        return [field for field in super()._edited() if field.short_name != "paste"]

    @property
    def rows(self) -> Any:
        """The field of the rows."""
        return self[self.key]


def table_form(contract: Any, key: str, spoken: Language, reader: Language, **shown: Any) -> Any:
    """The form of one table of a contract; the field bears the key of the fact, as the journal does."""
    kind = type("TableForm", (TableForm,), {key: RowsField(key, spoken, reader), "key": key})
    return kind(row=contract, **shown)


class AskContractFactsForm(PortalForm):
    """Whom to ask for what a contract lacks."""

    email = TextField(
        lazy("Adresse e-mail"),
        [InputRequired(REQUIRED), Length(max=254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "list": "connus"},
    )
    language = SelectField(lazy("Langue"), choices=LANGUAGES, coerce=Language)


class AnswerContractFactsForm(PortalForm):
    """What a contract lacks, for somebody of the vendor without an account. See `answer_contract_facts_form`."""

    token = HiddenField()
    name = TextField(
        lazy("Votre nom"), [InputRequired(REQUIRED), Length(max=PERSON_NAME_LENGTH)], render_kw={"autocomplete": "name"}
    )
    asked: ClassVar[tuple[str, ...]] = ()
    tables: ClassVar[tuple[str, ...]] = ()
    named = staticmethod(field_name)

    def given(self) -> dict[str, Any]:
        """What was answered, by fact; what was left open is not there."""
        told = {key: self[key if key in self.tables else field_name(key)].data for key in self.asked}
        return {key: value for key, value in told.items() if value}


def answer_contract_facts_form(asked: Sequence[str], spoken: Language, reader: Language) -> Any:
    """A form with a field for each fact asked, all of them optional."""
    known = [key for key in asked if key in FACTS]
    tables = tuple(key for key in known if FACTS[key].kind is FactKind.ROWS)
    fields = {key: RowsField(key, spoken, reader) for key in tables}
    for key in known:
        if key not in tables:
            label = headed(FACTS[key].label.said_in(reader))
            fields[field_name(key)] = _field(FACTS[key], label, reader, needed=False)
    kind = type(
        "AnswerContractFactsForm", (AnswerContractFactsForm,), {**fields, "asked": tuple(known), "tables": tables}
    )
    return kind()
