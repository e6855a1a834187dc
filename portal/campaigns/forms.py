"""The form of a campaign: shape and syntax only; it hands over a plan."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.campaigns.models import Campaign, SavedAudience
from portal.campaigns.queries import LetterWords
from portal.campaigns.rules import Every, FieldProblem
from portal.campaigns.services import Plan
from portal.campaigns.wording import EVERY_NAMES, STATUS_NAMES, TIER_NAMES
from portal.core.clock import LEGAL_ZONE
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.identity.rules import normal_address
from portal.vendors import reference
from portal.vendors.place_names import place_names
from portal.vendors.rules.countries import parse_country
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
    WholeNumberField,
)
from portal.web.text import current_language, lazy, said

_OFFSET = expression(r"[Jj]?\s?([+-]?\s?\d{1,4})")
FIRST_HOUR = time(9)
"""Hour proposed for the waves of a new campaign."""
ZONES = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "America/Miquelon", "Indian/Reunion",
    "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis", "Europe/Brussels", "Europe/Zurich",
    "Europe/Luxembourg", "Europe/London", "UTC",
)  # fmt: skip


def _checkboxes(label: str, names: Any, **more: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=[SelectChoice(value, lazy(name)) for value, name in names.items()],
        option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False), **more,
    )  # fmt: skip


def _number(label: str, *, required: bool = True, **more: Any) -> WholeNumberField:
    check = InputRequired(REQUIRED) if required else Optional()
    return WholeNumberField(label, [check], render_kw={"inputmode": "numeric"}, **more)


def _number_or_none(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class ExtendForm(PortalForm):
    """Until when vendors have."""

    on = DayField(
        lazy("Nouvelle échéance"), required=True,
        description=lazy("Un samedi, un dimanche ou un jour férié est reporté au jour ouvré suivant."),
    )  # fmt: skip


class CancelAuditsForm(PortalForm):
    """Why audits of a wave are withdrawn."""

    reason = LongTextField(
        lazy("Motif"), [InputRequired(REQUIRED), Length(max=1000)],
        description=lazy("Il reste au dossier de chaque audit. Le prestataire ne le lit pas."), render_kw={"rows": 3},
    )  # fmt: skip


class OffsetsField(TextField):
    """Days around a deadline: « J-7, J-1, J+3 », or « -7, -1, 3 »; its data are whole numbers, in order."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the days; what is not one is said, and stays on the page."""
        if not valuelist:
            return  # a form without the field leaves them as they were
        super().process_formdata(valuelist)
        self._typed = self.data or ""
        self.data = []
        for piece in re.split(r"[,;]", self._typed):
            if not piece.strip():
                continue
            found = _OFFSET.fullmatch(piece.strip())
            if found is None:
                raise ValueError(
                    said(say("« %(piece)s » n'est pas un jour : écrivez J-7, J-1, J+3.", piece=piece.strip()))
                )
            self.data.append(int(found[1].replace(" ", "")))
        self.data.sort()

    def _value(self) -> str:
        typed: str | None = getattr(self, "_typed", None)
        return typed if typed is not None else ", ".join(f"J{day:+d}" if day else "J" for day in self.data or ())


class CountriesField(TextField):
    """Countries as people write them; its data are their codes."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the countries; what is not one is said, and stays on the page."""
        if not valuelist:
            return  # a form without the field leaves them as they were
        super().process_formdata(valuelist)
        self._typed = self.data or ""
        found = [parse_country(piece, reference.atlas()) for piece in re.split(r"[,;]", self._typed) if piece.strip()]
        for one in found:
            if isinstance(one, Sentence):
                raise ValueError(said(one))
        self.data = sorted({str(code) for code in found})

    def _value(self) -> str:
        typed: str | None = getattr(self, "_typed", None)
        return typed if typed is not None else place_names(self.data or (), current_language())


class LetterForm(EditForm):
    """A message in both languages."""

    subject_fr = TextField(lazy("Objet en français"), [InputRequired(REQUIRED)])
    subject_en = TextField(lazy("Objet en anglais"), [InputRequired(REQUIRED)])
    body_fr = LongTextField(lazy("Message en français"), [InputRequired(REQUIRED)], render_kw={"rows": 14})
    body_en = LongTextField(lazy("Message en anglais"), [InputRequired(REQUIRED)], render_kw={"rows": 14, "lang": "en"})

    def words(self) -> LetterWords:
        """What was typed."""
        return LetterWords(self.subject_fr.data, self.body_fr.data, self.subject_en.data, self.body_en.data)

    def show(self, problems: Sequence[FieldProblem]) -> None:
        """Put each sentence of a refused wording beside its field."""
        for problem in problems:
            self[problem.field].errors = [*self[problem.field].errors, said(problem.message)]


class AudienceForm(EditForm):
    """Criteria, and the name they are kept under."""

    name = TextField(lazy("Nom du filtre"), [InputRequired(REQUIRED), Length(max=200)])
    statuses = _checkboxes(lazy("Statut"), STATUS_NAMES, default=["actif"])
    tiers = _checkboxes(lazy("Criticité"), TIER_NAMES, description=lazy("Rien de coché : toutes."))
    countries = CountriesField(
        lazy("Pays"), description=lazy("Séparés par des virgules ; vide : tous."), default=()
    )  # fmt: skip
    not_audited_months = _number(
        lazy("Sans audit depuis (mois)"), required=False,
        description=lazy("Laisse en paix ceux qui ont été audités depuis."),
    )  # fmt: skip
    vendors = ListField(
        lazy("Choisis un par un"), render_kw={"rows": 3}, default=(),
        description=lazy("Le nom ou la clé de chacun, un par ligne. Vide : tous ceux des autres critères."),
    )  # fmt: skip

    def criteria(self, vendor_ids: Sequence[int]) -> dict[str, Any]:
        """The criteria that were typed; `vendor_ids` are those named one by one."""
        typed = {
            "statuses": list(self.statuses.data or []), "tiers": list(self.tiers.data or []),
            "countries": list(self.countries.data or []), "vendor_ids": sorted(vendor_ids),
            "not_audited_months": self.not_audited_months.data,
        }  # fmt: skip
        return {name: value for name, value in typed.items() if value}

    def show(self, problems: Sequence[FieldProblem]) -> None:
        """Put each sentence of a refused plan beside its field."""
        for problem in problems:
            name = "vendors" if problem.field == "vendor_ids" else problem.field
            if name in self:
                self[name].errors = [*self[name].errors, said(problem.message)]
            else:
                self.form_errors = [*self.form_errors, said(problem.message)]


def typed_criteria(audience: Mapping[str, Any], vendors: Sequence[str]) -> dict[str, Any]:
    """Criteria as the fields hold them; `vendors` are the keys of those chosen one by one."""
    return {
        "statuses": audience.get("statuses") or [], "tiers": audience.get("tiers") or [],
        "countries": audience.get("countries") or (), "not_audited_months": audience.get("not_audited_months"),
        "vendors": list(vendors),
    }  # fmt: skip


class CampaignForm(AudienceForm):
    """What is asked, of whom, how often, and what follows."""

    name = TextField(
        lazy("Nom de la campagne"), [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Pour vous et vos collègues ; les prestataires ne le voient pas."),
    )  # fmt: skip
    questionnaire_key = SelectField(
        lazy("Questionnaire"), [InputRequired(REQUIRED)],
        description=lazy("Son texte du jour est figé à chaque vague."),
    )  # fmt: skip
    saved_audience_id = SelectField(
        lazy("Filtre enregistré"), choices=list, coerce=_number_or_none, default=None,
        description=lazy("Ses critères prennent la place de ceux qui suivent, et suivront ses changements."),
    )  # fmt: skip
    save_as = TextField(
        lazy("Garder ces critères sous un nom"), [Length(max=200)], default="",
        description=lazy("Facultatif : pour les reprendre dans une autre campagne."),
    )  # fmt: skip
    every = SelectField(
        lazy("Rythme"), [InputRequired(REQUIRED)], coerce=Every, default=Every.YEARS,
        choices=[SelectChoice(every.value, lazy(name)) for every, name in EVERY_NAMES.items()],
    )  # fmt: skip
    step = _number(
        lazy("N, l'intervalle"), default=1, description=lazy("1 : chaque semaine, chaque mois ou chaque année.")
    )
    start = DayField(lazy("Première vague à partir du"), required=True)
    day = _number(
        lazy("Jour du mois"), required=False,
        description=lazy("Pour un rythme en mois. 31 : le dernier jour. Vide : celui de la première vague."),
    )  # fmt: skip
    at = TextField(
        lazy("Heure"),
        [InputRequired(REQUIRED), Length(max=5)],
        default=f"{FIRST_HOUR:%H:%M}",
        widget=widgets.TimeInput(),
    )
    zone = SelectField(lazy("Fuseau horaire"), [InputRequired(REQUIRED)], choices=list, default="Europe/Paris")
    until = DayField(lazy("Dernière vague au plus tard le"))
    delay_days = _number(
        lazy("Délai de réponse (jours)"), default=30,
        description=lazy("Après le lancement ; reporté au jour ouvré suivant."),
    )  # fmt: skip
    reminders = OffsetsField(
        lazy("Relances"), [Length(max=200)], default=(-7, -1, 3),
        description=lazy("En jours avant ou après l'échéance : J-7, J-1, J+3. Elles partent à 8 h, heure de Paris."),
    )  # fmt: skip
    escalation_email = TextField(
        lazy("Contact d'escalade"), [Length(max=254)],
        description=lazy("Reçoit la liste de ceux qui se taisent encore ; vide : personne."), default="",
    )  # fmt: skip
    escalation_after_days = _number(lazy("Escalade après (jours de retard)"), default=7)

    def offering(self, questionnaires: Sequence[tuple[str, str]], audiences: Sequence[SavedAudience]) -> "CampaignForm":
        """The questionnaires to choose from, by key and title, and the saved criteria.

        The questionnaire chosen before stays even when it is gone.
        """
        self.saved_audience_id.choices = [
            SelectChoice("", lazy("Aucun : les critères ci-dessous")),
            *(SelectChoice(one.id, one.name) for one in audiences),
        ]
        chosen = self.questionnaire_key.data
        known = [SelectChoice(key, title) for key, title in questionnaires]
        if chosen and chosen not in dict(questionnaires):
            known.append(SelectChoice(chosen, chosen))
        self.questionnaire_key.choices = known
        zone = self.zone.data
        named = [*ZONES, *([zone] if zone and zone not in ZONES else [])]
        self.zone.choices = [SelectChoice(name, name.replace("_", " ")) for name in named]
        return self

    @classmethod
    def first_day(cls, now: datetime) -> date:
        """The first day whose usual hour, 09:00 in Paris, is still ahead: nobody means a year later by default."""
        local = now.astimezone(LEGAL_ZONE)
        return local.date() + timedelta(days=local.time() >= FIRST_HOUR)

    @classmethod
    def of(cls, campaign: Campaign, vendors: Sequence[str]) -> "CampaignForm":
        """The form of a campaign as it stands; `vendors` are the keys of those chosen one by one."""
        audience, rule = campaign.audience, campaign.recurrence
        return cls(
            row=campaign, name=campaign.name, questionnaire_key=campaign.questionnaire_key,
            saved_audience_id=campaign.saved_audience_id, **typed_criteria(audience, vendors),
            every=Every(rule["every"]),
            step=rule.get("step", 1), start=date.fromisoformat(rule["start"]), day=rule.get("day"), at=rule["at"],
            zone=rule["zone"], until=date.fromisoformat(rule["until"]) if rule.get("until") else None,
            delay_days=campaign.delay_days, reminders=tuple(campaign.reminders),
            escalation_email=campaign.escalation_email, escalation_after_days=campaign.escalation_after_days,
        )  # fmt: skip

    def plan(self, vendor_ids: Sequence[int]) -> Plan:
        """The plan that was typed; `vendor_ids` are those named one by one."""
        recurrence = {
            "every": self.every.data.value, "step": self.step.data,
            "day": self.day.data if self.every.data is Every.MONTHS else None,
            "start": self.start.data.isoformat(), "at": self.at.data, "zone": self.zone.data,
            "until": self.until.data.isoformat() if self.until.data else None,
        }  # fmt: skip
        return Plan(
            name=self.name.data,
            questionnaire_key=self.questionnaire_key.data,
            audience=self.criteria(vendor_ids),
            recurrence=recurrence,
            delay_days=self.delay_days.data,
            reminders=tuple(self.reminders.data),
            escalation_email=normal_address(self.escalation_email.data or ""),
            escalation_after_days=self.escalation_after_days.data,
            saved_audience_id=self.saved_audience_id.data,
        )
