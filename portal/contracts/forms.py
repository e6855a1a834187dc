"""Forms of contracts: shape and syntax only."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.model import headed
from portal.contracts.services import LONGEST_FACT, LONGEST_REASON
from portal.core.language import Language
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, ListField, LongTextField, PortalForm, SelectField, TextField
from portal.web.text import lazy

LANGUAGES = [SelectChoice("fr", "Français"), SelectChoice("en", "English")]
_LONG = frozenset({"service.description", "controller.address", "vendor.address"})


def _number(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class SubjectForm(EditForm):
    """What a contract is about."""

    title = TextField(lazy("Titre"), [DataRequired(REQUIRED), Length(max=300)])
    service = SelectField(lazy("Prestation"), coerce=_number)
    entity = SelectField(lazy("Entité du groupe qui signe"), coerce=_number)


class NewContractForm(SubjectForm):
    """What a new contract is about, and what it starts from."""

    template = SelectField(lazy("Modèle"), [InputRequired(REQUIRED)])
    language = RadioField(lazy("Langue"), [InputRequired(REQUIRED)], choices=LANGUAGES, default="fr")


class LanguageForm(PortalForm):
    """The language of a new version."""

    language = RadioField(lazy("Langue"), [InputRequired(REQUIRED)], choices=LANGUAGES)


class _Needed:
    """Shown as needed, for what follows cannot be done without it; may be sent empty all the same."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything."""


class DraftForm(LanguageForm):
    """A new version, and why it is drafted when checks of sense fail."""

    despite = LongTextField(
        lazy("Pourquoi la rédiger malgré tout"),
        [_Needed(), Length(max=LONGEST_REASON)],
        description=lazy("La raison est gardée avec la version et au journal."),
    )


class FactsForm(PortalForm):
    """Facts typed for one contract; its fields depend on what is missing. See `facts_form`."""

    seen = HiddenField()
    keys: ClassVar[tuple[str, ...]] = ()

    def given(self) -> dict[str, str | list[str]]:
        """What was typed, by fact."""
        return {key: self[field_name(key)].data or "" for key in self.keys}

    def before(self) -> dict[str, Any]:
        """What the person had before their eyes; nothing when that cannot be read any more."""
        try:
            found = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def see(self, typed: Mapping[str, Any]) -> None:
        """Remember what is typed already, as the person is about to see it."""
        self.seen.data = json.dumps({key: typed[key] for key in self.keys if key in typed}, ensure_ascii=False)


def facts_form(
    keys: Sequence[str], typed: Mapping[str, Any], language: Language, optional: Collection[str] = ()
) -> Any:
    """A form with a field for each of these facts, holding what is typed already; the optional ones may stay empty."""
    fields = {
        field_name(key): _field(
            FACTS[key], headed(FACTS[key].label.said_in(language)), language, needed=key not in optional
        )
        for key in keys
    }
    form = type("FactsForm", (FactsForm,), {**fields, "keys": tuple(keys)})(
        data={field_name(key): _shown(FACTS[key], typed[key]) for key in keys if key in typed}
    )
    if not form.is_submitted():
        form.see(typed)
    return form


def _shown(fact: FactDefinition, value: Any) -> Any:
    """What a field takes: one code of a list of one, anything else as it is stored."""
    return value[0] if fact.kind is FactKind.CODES and not fact.several and isinstance(value, list) else value


def field_name(key: str) -> str:
    """The field of a fact.

    >>> field_name("vendor.name")
    'vendor__name'
    """
    return key.replace(".", "__")


def _field(fact: FactDefinition, label: str, language: Language, *, needed: bool) -> Any:
    checks: list[Any] = [_Needed()] if needed else []
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
