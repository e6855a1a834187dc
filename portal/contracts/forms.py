"""Forms of contracts: shape and syntax only."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.contracts.models import Contract
from portal.contracts.rules.deadlines import LONGEST
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.model import headed
from portal.contracts.services import LONGEST_FACT, LONGEST_REASON, LONGEST_WHY, ContractDates
from portal.core.language import Language
from portal.identity.models import User
from portal.vendors.forms import SignatureForm
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, DayField, ListField, LongTextField, PortalForm, SelectField, TextField
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


def _months(label: Any, description: Any) -> IntegerField:
    return IntegerField(
        label, [Optional(), NumberRange(0, LONGEST, lazy("Un nombre de mois, de 0 à 1188."))], description=description
    )


class _Dates:
    """What a contract says of its time."""

    effective_on = DayField(
        lazy("Date d'effet"), description=lazy("Sans elle, c'est la date de la signature, et le registre le dit.")
    )
    term_months = _months(lazy("Durée, en mois"), lazy("Laissez vide si le contrat n'en dit rien."))
    renewal_months = _months(lazy("Reconduction tacite, en mois"), lazy("0 : il finit de lui-même à son terme."))
    notice = TextField(
        lazy("Préavis"), [Length(max=13)],
        description=lazy("Un nombre de mois (3) ou de jours suivi de d (90d) ; 0 : aucun."),
    )  # fmt: skip

    def dates(self) -> ContractDates:
        """The dates as given."""
        return ContractDates(
            self.effective_on.data, self.term_months.data, self.renewal_months.data, self.notice.data or ""
        )


class ContractDatesForm(_Dates, EditForm):
    """When a contract takes effect and ends, who answers for it, and which one it amends."""

    owner_id = SelectField(lazy("Responsable"), coerce=_number)
    parent_id = SelectField(
        lazy("Avenant à"), coerce=_number, description=lazy("Un avenant suit son contrat, et ne compte pas seul.")
    )

    def offer(self, people: Iterable[User], contracts: Iterable[Contract]) -> None:
        """Say who may answer for it, and which contracts it may amend."""
        self.owner_id.choices = [
            SelectChoice("", lazy("Celui du sous-traitant")), *(SelectChoice(one.id, one.name) for one in people)
        ]  # fmt: skip
        self.parent_id.choices = [
            SelectChoice("", lazy("Aucun : c'est un contrat")), *(SelectChoice(one.id, one.title) for one in contracts)
        ]  # fmt: skip


class ElsewhereForm(_Dates, SignatureForm):
    """A contract signed elsewhere: what it is, when it was signed, its copy, and its dates."""

    title = TextField(lazy("Titre"), [DataRequired(REQUIRED), Length(max=300)])


class ActForm(PortalForm):
    """Why an act is done, and on which day."""

    why = LongTextField(lazy("Pourquoi"), [Length(max=LONGEST_WHY)], render_kw={"rows": 3})
    day = DayField(lazy("Dernier jour du contrat"))


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
