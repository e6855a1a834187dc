"""Forms of the register of processing: shape and syntax only; each hands over a sheet."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field as SheetField
from dataclasses import fields
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core.dates import month_names
from portal.core.language import N_, Sentence, semicolon
from portal.identity.models import User
from portal.processing import reference
from portal.processing.cells import UnreadCell, controllers_text, read_controllers, read_transfers, transfers_text
from portal.processing.models import ProcessingActivity
from portal.processing.rules.kept_sheets import held_data
from portal.processing.rules.review import EVERY, YEARLY, ReviewRhythm
from portal.processing.rules.sheets import (
    CATEGORIES,
    SHEETS,
    ActivityRole,
    ControllerSheet,
    ImpactCriterion,
    LegalBasis,
    Safeguard,
    Sheet,
    StatedTransfer,
)
from portal.processing.wording import FIELD_NAMES
from portal.vendors.models import LegalEntity
from portal.vendors.rules.facts import DataSubject, SpecialCategory, Volume
from portal.vendors.wording import labels
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    DayField,
    ListField,
    LongTextField,
    PortalForm,
    SelectField,
    SelectMultipleField,
    TextField,
    choices,
    optional,
)
from portal.web.text import _, current_language, lazy, said

_LINES = lazy("Un par ligne.")


def _named(name: str) -> Any:
    return lazy(FIELD_NAMES[name])


def _line(name: str, most: int = 200, **more: Any) -> TextField:
    return TextField(_named(name), [Length(max=most)], default="", **more)


def _text(name: str, rows: int = 2, **more: Any) -> LongTextField:
    return LongTextField(_named(name), [Length(max=5000)], default="", render_kw={"rows": rows}, **more)


def _list(name: str, **more: Any) -> ListField:
    return ListField(
        _named(name), description=more.pop("description", _LINES), render_kw={"rows": 3}, default=(), **more
    )


def _boxes(name: str, kind: Any, **more: Any) -> SelectMultipleField:
    return SelectMultipleField(
        _named(name), choices=choices(kind, labels(kind)), coerce=kind, option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False), **more,
    )  # fmt: skip


class RowsField(LongTextField):
    """Rows typed one a line, their parts after bars; what could not be read stays on the page.

    `read` makes rows of a text, or raises UnreadCell; `write` makes a text of rows.
    """

    def __init__(self, *args: Any, read: Callable[[str], Any], write: Callable[[Any], str], **more: Any) -> None:
        super().__init__(*args, default=(), **more)
        self._read, self._write = read, write

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the rows, or say which one is not one; a form without the field leaves them as they were."""
        if not valuelist:
            return
        super().process_formdata(valuelist)
        self._typed = self.data or ""
        try:
            self.data = self._read(self._typed)
        except UnreadCell as refusal:
            raise ValueError(said(refusal.sentence)) from refusal

    def _value(self) -> str:
        typed: str | None = getattr(self, "_typed", None)
        return typed if typed is not None else self._write(self.data or ())


def _transfers_shown(transfers: Iterable[StatedTransfer]) -> str:
    return transfers_text(transfers, current_language())


def _transfers_hint() -> str:
    known = semicolon(current_language()).join(said(one.label) for one in Safeguard)
    return said(
        Sentence(
            N_("Un par ligne : organisme | pays | garantie | document. Garanties : %(known)s. Les prestations liées n'ont pas à y être : leurs lieux sont lus sur leur fiche."),  # noqa: E501
            {"known": known},
        )
    )  # fmt: skip


class RecordForm(EditForm):
    """What both registers ask."""

    role: ActivityRole

    name = TextField(_named("name"), [InputRequired(REQUIRED), Length(max=200)])
    reference = _line("reference")
    in_charge = _line("in_charge")
    started_on = DayField(_named("started_on"))
    technical_measures = _text(
        "technical_measures", 3, description=lazy("Chiffrement, sauvegardes, contrôle des accès, journaux…")
    )
    organisational_measures = _text(
        "organisational_measures", 3, description=lazy("Habilitations, formation, procédures, contrôles…")
    )
    transfers = RowsField(
        _named("transfers"), [], read=read_transfers, write=_transfers_shown, render_kw={"rows": 3}
    )  # fmt: skip

    def sheet(self) -> Sheet:
        """What was typed."""
        kind = SHEETS[self.role]
        return kind(**{one.name: self._typed(one) for one in fields(kind)})

    def _typed(self, one: SheetField[Any]) -> Any:
        value = self[one.name].data
        return tuple(value or ()) if isinstance(one.default, tuple) else one.default if value is None else value

    @property
    def transfers_hint(self) -> str:
        """How transfers are written."""
        return _transfers_hint()

    @classmethod
    def of(cls, activity: ProcessingActivity, sheet: Sheet) -> "RecordForm":
        """The form over a line that exists, with what it says now."""
        return cls(row=activity, **cls.values_of(sheet))

    @classmethod
    def values_of(cls, sheet: Sheet) -> dict[str, Any]:
        """What the form is shown with for a line that exists."""
        held = {one.name: getattr(sheet, one.name) for one in fields(sheet)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in held.items()}


class ControllerForm(RecordForm):
    """A processing that the entity decides of (RGPD art. 30(1))."""

    role = ActivityRole.CONTROLLER

    purpose = _text("purpose", description=lazy("À quoi servent les données, en une phrase."))
    other_purposes = _list("other_purposes", description=lazy("Une par ligne."))
    legal_basis = SelectField(
        _named("legal_basis"), choices=choices(LegalBasis, labels(LegalBasis), blank=N_("Non renseignée")),
        coerce=optional(LegalBasis),
    )  # fmt: skip
    basis_details = _text("basis_details", description=lazy("Le texte, le contrat, l'intérêt poursuivi."))
    joint_controllers = _list("joint_controllers", description=lazy("Un par ligne, avec ses coordonnées."))
    subjects = _boxes("subjects", DataSubject)
    subjects_details = _line("subjects_details")
    volume = SelectField(_named("volume"), choices=choices(Volume, labels(Volume)), coerce=Volume)
    internal_recipients = _list("internal_recipients")
    processor_recipients = _list("processor_recipients")
    partner_recipients = _list("partner_recipients")
    public_recipients = _list("public_recipients", description=lazy("Une par ligne."))
    criteria = _boxes(
        "criteria", ImpactCriterion,
        description=lazy("Données sensibles, personnes vulnérables et grande échelle sont aussi déduites de la fiche."),
    )  # fmt: skip
    listed = SelectField(
        _named("listed"),
        choices=lambda: [
            SelectChoice("", lazy("Aucun")),
            *(SelectChoice(key, kind.read(current_language())) for key, kind in reference.listed_kinds().items()),
        ],
    )
    criteria_seen = BooleanField(_named("criteria_seen"))
    assessed_on = DayField(_named("assessed_on"))
    assessment = _text("assessment")

    def _typed(self, one: SheetField[Any]) -> Any:
        if one.name != "data":
            return super()._typed(one)
        return held_data(
            {kind.value: (self[f"data_{kind.value}"].data, self[f"retention_{kind.value}"].data) for kind in CATEGORIES}
        )

    @property
    def data_groups(self) -> list[tuple[bool, str, Any, Any]]:
        """The fields of each category: whether the law singles it out, its name, the data, when they are erased."""
        return [
            (isinstance(one, SpecialCategory), one.label, self[f"data_{one.value}"], self[f"retention_{one.value}"])
            for one in CATEGORIES
        ]

    @classmethod
    def values_of(cls, sheet: Sheet) -> dict[str, Any]:
        """What the form is shown with for a line that exists."""
        values = super().values_of(sheet)
        del values["data"]
        held = {one.category: one for one in sheet.data} if isinstance(sheet, ControllerSheet) else {}
        for one in CATEGORIES:
            values[f"data_{one.value}"] = held[one].details if one in held else ""
            values[f"retention_{one.value}"] = held[one].retention if one in held else ""
        return values


for _category in CATEGORIES:
    _details = TextField(lazy("Données"), [Length(max=1000)], default="")
    _retention = TextField(lazy("Effacées quand"), [Length(max=1000)], default="")
    setattr(ControllerForm, f"data_{_category.value}", _details)
    setattr(ControllerForm, f"retention_{_category.value}", _retention)


class ProcessorForm(RecordForm):
    """A processing that the entity carries out for others (RGPD art. 30(2))."""

    role = ActivityRole.PROCESSOR

    controllers = RowsField(
        _named("controllers"), [], read=read_controllers, write=controllers_text, render_kw={"rows": 4},
        description=lazy("Un par ligne : nom | coordonnées | représentant ou délégué. Un tableau se colle tel quel."),
    )  # fmt: skip
    operations = _list("operations", description=lazy("Une par ligne : hébergement, envoi de courriers, assistance…"))
    further_processors = _list("further_processors")


FORMS: dict[ActivityRole, type[RecordForm]] = {
    ActivityRole.CONTROLLER: ControllerForm,
    ActivityRole.PROCESSOR: ProcessorForm,
}


class UsualForm(PortalForm):
    """Usual activities to enter at once, with the measures that the organisation has."""

    legal_entity_id = SelectField(lazy("Entité"), coerce=int)
    activities = SelectMultipleField(
        lazy("Activités"),
        choices=lambda: [
            SelectChoice(key, usual.sheet(current_language()).name)
            for key, usual in reference.usual_activities().items()
        ],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
        validators=[InputRequired(lazy("Cochez au moins une activité."))],
    )
    technical = LongTextField(
        _named("technical_measures"), [Length(max=5000)], default="", render_kw={"rows": 3},
        description=lazy("Les vôtres : elles sont écrites sur chaque fiche, et se corrigent ensuite une à une."),
    )  # fmt: skip
    organisational = LongTextField(
        _named("organisational_measures"), [Length(max=5000)], default="", render_kw={"rows": 3}
    )

    def offering(self, entities: Sequence[LegalEntity]) -> "UsualForm":
        """The form with the entities of the group."""
        self.legal_entity_id.choices = [SelectChoice(one.id, one.name) for one in entities]
        return self


class ConfirmForm(PortalForm):
    """A line said to be so."""

    number = TextField(lazy("Version"), [InputRequired(REQUIRED)])
    note = TextField(lazy("Remarque"), [Length(max=500)], default="")


class ReviewerForm(PortalForm):
    """Who confirms a line, how often and when."""

    owner_id = SelectField(lazy("Qui confirme"), coerce=lambda value: int(value) if value else None)
    months = SelectField(
        lazy("Tous les"), coerce=int, default=YEARLY,
        choices=lambda: [SelectChoice(count, _("%(count)s mois", count=count)) for count in EVERY],
    )  # fmt: skip
    month = SelectField(
        lazy("Avant la fin du mois de"), coerce=lambda value: int(value) if value else None,
        choices=lambda: [
            SelectChoice("", lazy("La date anniversaire")),
            *(SelectChoice(str(number), name) for number, name in enumerate(month_names(current_language()), 1)),
        ],
        description=lazy("Pour une revue tous les ans ou tous les deux ans."),
    )  # fmt: skip

    def offering(self, people: Sequence[User]) -> "ReviewerForm":
        """The form with the accounts that may confirm."""
        self.owner_id.choices = [
            SelectChoice("", lazy("Personne")),
            *(SelectChoice(str(user.id), user.name) for user in people),
        ]
        return self

    @property
    def rhythm(self) -> ReviewRhythm:
        """How often, as the rules take it."""
        return ReviewRhythm(self.months.data, self.month.data)


class RegisterFileForm(PortalForm):
    """A register handed in."""

    file = FileField(
        lazy("Fichier du registre"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("ODS, XLSX, CSV ou JSON, tel que le portail l'exporte : gardez les titres des colonnes."),
    )  # fmt: skip

    def handed(self, most: int) -> tuple[bytes, str]:
        """The content and name of the file: one byte more than allowed is enough to refuse it."""
        return self.file.data.read(most + 1), self.file.data.filename or ""
