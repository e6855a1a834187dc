"""Forms of what only the register asks: shape and syntax; each hands over the values of the facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import BooleanField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.dora.models import DoraFunction
from portal.dora.queries import ContractChoice
from portal.dora.reference import structure
from portal.dora.wording import FACT_LISTS, FACT_NAMES
from portal.vendors.forms import PlacesField, country_choices, yes_or_no
from portal.vendors.models import LegalEntity
from portal.vendors.reference import atlas
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    Between,
    DayField,
    ListField,
    LongTextField,
    SelectField,
    SelectMultipleField,
    TextField,
    WholeNumberField,
)
from portal.web.text import _, current_language, lazy

MOST_MONEY = 10**15
MOST_DAYS = 3660
MOST_HOURS = 8784


def _named(name: str) -> Any:
    return lazy(FACT_NAMES[name])


def _text(name: str, most: int = 200, **more: Any) -> TextField:
    return TextField(_named(name), [Length(max=most)], default="", **more)


def _lines(name: str, rows: int = 3, **more: Any) -> LongTextField:
    return LongTextField(_named(name), [Length(max=2000)], default="", render_kw={"rows": rows}, **more)


def _number(name: str, most: int, **more: Any) -> WholeNumberField:
    return WholeNumberField(_named(name), [Optional(), Between(0, most)], **more)


def _coded(name: str, **more: Any) -> SelectField:
    """One of the coded answers of the register, in words, or nothing yet."""

    def offered() -> list[SelectChoice]:
        codes = structure().lists[FACT_LISTS[name]].codes
        known = [SelectChoice(one.code, one.words.read(current_language())) for one in codes]
        return [SelectChoice("", lazy("Personne ne l'a dit")), *known]

    return SelectField(_named(name), choices=offered, default="", **more)


def _currency(name: str = "currency") -> SelectField:
    def offered() -> list[SelectChoice]:
        usual = [SelectChoice(one, one) for one in structure().usual_currencies]
        return [SelectChoice("", lazy("Personne ne l'a dit")), *usual]

    return SelectField(_named(name), choices=offered, default="")


def _country(name: str) -> SelectField:
    return SelectField(_named(name), choices=country_choices, default="")


def _yes_or_no(name: str, **more: Any) -> Any:
    return yes_or_no(_named(name), **more)


def _row(value: str) -> int | None:
    return int(value) if value and str(value).isdecimal() else None


class CountriesField(PlacesField):
    """Countries as people write them; a region is not a country."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, **{"description": lazy("Séparés par des virgules : France, Allemagne."), **more})

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the countries; a region is refused with its name."""
        if not valuelist:
            return
        super().process_formdata(valuelist)
        if regions := [one for one in self.data or () if one not in atlas().codes]:
            raise ValueError(_("« %(name)s » n'est pas un pays : le registre demande chaque pays.", name=regions[0]))


class DoraFactsForm(EditForm):
    """A form whose values are the facts of its names."""

    def values(self) -> dict[str, Any]:
        """What was typed, by fact."""
        found = {}
        for field in self:
            if field.short_name in FACT_NAMES and field.short_name != "functions":
                data = field.data
                found[field.short_name] = list(data) if isinstance(data, tuple) else data
        return found


class DoraEntityForm(DoraFactsForm):
    """What the register asks of an entity."""

    authority = _text("authority", description=lazy("En France : l'ACPR ou l'AMF."))
    entity_type = _coded("entity_type")
    hierarchy = _coded("hierarchy")
    parent_lei = _text(
        "parent_lei", 40, description=lazy("Pour une filiale ; une entité sans mère répète le sien d'elle-même.")
    )
    currency = _currency()
    total_assets = _number("total_assets", MOST_MONEY)
    integrated_on = DayField(_named("integrated_on"))
    has_branches = _yes_or_no("has_branches")
    branches = ListField(
        _named("branches"), default=(), render_kw={"rows": 3},
        description=lazy("Une par ligne : code | nom | pays. Par exemple : BE-01 | Bruxelles | BE."),
    )  # fmt: skip
    keeps_register = BooleanField(_named("keeps_register"))


class FunctionForm(DoraFactsForm):
    """A function of an entity."""

    name = TextField(_named("name"), [InputRequired(REQUIRED), Length(max=200)])
    activity = _coded("activity")
    criticality = _coded("criticality")
    reasons = _lines("reasons")
    assessed_on = DayField(_named("assessed_on"))
    rto_hours = _number("rto_hours", MOST_HOURS)
    rpo_hours = _number("rpo_hours", MOST_HOURS)
    impact = _coded("impact")


class ProviderForm(DoraFactsForm):
    """How a provider is identified."""

    latin_name = _text("latin_name", description=lazy("Si sa dénomination s'écrit dans un autre alphabet."))
    code_type = _coded("code_type", description=lazy("S'il n'a pas de LEI : son EUID, de préférence."))
    code = _text("code", 80)
    person = _coded("person")
    is_own_parent = _yes_or_no("is_own_parent")
    parent_name = _text("parent_name")
    parent_code_type = _coded("parent_code_type")
    parent_code = _text("parent_code", 80)
    parent_country = _country("parent_country")


class DoraContractForm(DoraFactsForm):
    """What the register asks of a contract in force."""

    reference = _text("reference", 120, description=lazy("Celle de vos dossiers. À défaut, sa clé dans le portail."))
    arrangement = _coded("arrangement")
    overarching_id = SelectField(_named("overarching_id"), coerce=_row)
    answers_to_id = SelectField(
        _named("answers_to_id"), coerce=_row,
        description=lazy("Pour un contrat avec une société du groupe qui s'appuie elle-même sur un prestataire."),
    )  # fmt: skip
    currency = _currency()
    annual_cost = _number("annual_cost", MOST_MONEY)
    has_no_end = _yes_or_no("has_no_end", description=lazy("Si aucune date de fin n'est connue du portail."))
    notice_days = _number("notice_days", MOST_DAYS)
    provider_notice_days = _number("provider_notice_days", MOST_DAYS)
    governing_law = _country("governing_law")

    def offering(self, contracts: Iterable[ContractChoice], but: int) -> "DoraContractForm":
        """The form with the other contracts in force."""
        known = [SelectChoice(str(one.number), one.words) for one in contracts if one.number != but]
        for field in (self.overarching_id, self.answers_to_id):
            field.choices = [SelectChoice("", lazy("Aucun")), *known]
        return self


class DoraServiceForm(DoraFactsForm):
    """What the register asks of a service."""

    is_ict = _yes_or_no(
        "is_ict", description=lazy("Services numériques et de données fournis en continu (DORA, art. 3-21).")
    )
    not_ict_why = _text("not_ict_why", 500)
    ict_type = _coded("ict_type")
    functions = SelectMultipleField(
        _named("functions"), coerce=int, option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )  # fmt: skip
    branch_codes = ListField(
        _named("branch_codes"), default=(), render_kw={"rows": 2},
        description=lazy("Leurs codes, un par ligne."),
    )  # fmt: skip
    provision_country = _country("provision_country")
    stores_data = _yes_or_no("stores_data")
    rest_countries = CountriesField(_named("rest_countries"))
    processing_countries = CountriesField(_named("processing_countries"))
    sensitivity = _coded("sensitivity")
    reliance = _coded("reliance")
    substitutability = _coded(
        "substitutability",
        description=lazy("À partir d'ici, seulement si une fonction soutenue est critique ou importante."),
    )  # fmt: skip
    hard_reason = _coded("hard_reason")
    audited_on = DayField(_named("audited_on"), description=lazy("Ceux du portail sont comptés d'eux-mêmes."))
    never_audited = BooleanField(_named("never_audited"))
    has_exit_plan = _yes_or_no("has_exit_plan")
    reintegration = _coded("reintegration")
    impact = _coded("impact")
    alternatives = _coded("alternatives")
    alternative_names = _text("alternative_names", 500)

    def offering(self, functions: Sequence[DoraFunction]) -> "DoraServiceForm":
        """The form with the functions of the entity that is served; without any, none is asked."""
        if functions:
            self.functions.choices = [SelectChoice(one.id, f"{one.identifier} · {one.name}") for one in functions]
        else:
            del self.functions
        return self

    @property
    def function_ids(self) -> list[int]:
        """The functions that were ticked."""
        return list(self.functions.data or ()) if "functions" in self else []


class DefinitionsForm(EditForm):
    """What an entity means by its coded answers; `of` makes it, with the columns that the register's tables name."""

    @classmethod
    def of(cls, entity: LegalEntity, definitions: Mapping[str, str]) -> "DefinitionsForm":
        """The form of an entity, with what it said."""
        return _whole()(row=entity, **definitions)

    def texts(self) -> dict[str, str]:
        """What was typed, by column."""
        return {field.short_name: field.data for field in self if field.short_name.startswith("c0")}


@cache
def _whole() -> type[DefinitionsForm]:
    return type(DefinitionsForm.__name__, (DefinitionsForm,), dict(_definitions()))


def _definitions() -> Iterator[tuple[str, LongTextField]]:
    for column in structure().tables["B_99.01"].columns:
        label = LazyString(lambda words: words.read(current_language()), column.words)
        yield column.code, LongTextField(label, [Length(max=1000)], default="", render_kw={"rows": 2})
