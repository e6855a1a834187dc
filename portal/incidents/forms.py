"""Forms of breaches: what is known of one, and one form for each act; shape and syntax only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from wtforms import BooleanField, RadioField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.core.language import N_, english
from portal.incidents.affected_processing import AffectedLine
from portal.incidents.facts_page import FACT_LABELS, line_text
from portal.incidents.rules.breach_facts import BreachCause, BreachFacts, BreachNature
from portal.incidents.rules.decision import Answered, Exemption, RiskLevel, RiskQuestion
from portal.incidents.services import LONGEST_TEXT, AffectedSheet, Assessment, ClosingWords, Notification, PersonsTold
from portal.vendors.models import Service
from portal.vendors.rules.facts import DataCategory, DataSubject, SpecialCategory
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    AtMost,
    LongTextField,
    MinuteField,
    PortalForm,
    SelectField,
    SelectMultipleField,
    TextField,
    WholeNumberField,
    choices,
    minute_shown,
    optional,
)
from portal.web.text import current_language, lazy

_LONG = AtMost(LONGEST_TEXT)
_LINE = AtMost(300)
_COUNT = NumberRange(min=0, max=2_000_000_000, message=lazy("Un nombre entier, même approximatif."))
_DATA = {one: one.label for kind in (DataCategory, SpecialCategory) for one in kind}


def _checks(label: object, options: Sequence[SelectChoice], **more: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label, [Optional()], choices=list(options), option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False), **more,
    )  # fmt: skip


def _labelled(kind: Any) -> list[SelectChoice]:
    return choices(kind, {one: one.label for one in kind})


def shown_facts(facts: BreachFacts) -> dict[str, Any]:
    """What a form of the facts is shown with."""
    values = {name: getattr(facts, name) for name in FACT_LABELS}
    return {**values, "noticed_at": minute_shown(facts.noticed_at), "began_at": minute_shown(facts.began_at)}


class BreachForm(EditForm):
    """What somebody knows of a breach; only what happened is asked for, the rest may come later."""

    what = LongTextField(
        lazy("Que s'est-il passé ?"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 4},
        description=lazy("En une phrase, avec vos mots. Pas de nom de personne."),
    )  # fmt: skip
    noticed_at = MinuteField(
        lazy("Quand le prestataire l'a-t-il découverte ?"),
        description=lazy("Heure de Paris. Laissez vide si ce n'est pas encore connu."),
    )
    contact = TextField(
        lazy("Qui peut en dire plus ?"), [_LINE], description=lazy("Un nom, avec un téléphone ou une adresse.")
    )
    services = _checks(lazy("Prestations concernées"), [], coerce=int)
    nature = _checks(lazy("Qu'est-il arrivé aux données ?"), _labelled(BreachNature))
    cause = SelectField(lazy("D'où cela vient-il ?"), choices=_labelled(BreachCause), default=BreachCause.UNKNOWN.value)
    subjects = _checks(lazy("Personnes concernées"), _labelled(DataSubject))
    persons = WholeNumberField(
        lazy("Combien de personnes, environ ?"), [Optional(), _COUNT], render_kw={"inputmode": "numeric"}
    )
    categories = _checks(
        lazy("Données concernées"), [SelectChoice(one.value, lazy(label)) for one, label in _DATA.items()]
    )
    records = WholeNumberField(
        lazy("Combien d'enregistrements, environ ?"), [Optional(), _COUNT], render_kw={"inputmode": "numeric"},
        description=lazy("Lignes, dossiers, messages : il peut y en avoir plusieurs par personne."),
    )  # fmt: skip
    began_at = MinuteField(lazy("Quand cela a-t-il commencé ?"), description=lazy("Heure de Paris."))
    consequences = LongTextField(lazy("Que peuvent craindre les personnes ?"), [_LONG], render_kw={"rows": 3})
    measures = LongTextField(lazy("Qu'a-t-on fait, que va-t-on faire ?"), [_LONG], render_kw={"rows": 3})

    def offering(self, services: Sequence[Service]) -> "BreachForm":
        """With the services of the vendor to choose among; without any, the question is not asked."""
        if services:  # a name keeps the spaces it was typed with, whatever the language
            self.services.choices = [SelectChoice(service.id, english(service.name)) for service in services]
        else:
            del self.services
        return self

    def facts(self) -> BreachFacts:
        """What was said."""
        return BreachFacts(
            what=self.what.data, noticed_at=self.noticed_at.instant, began_at=self.began_at.instant,
            nature=tuple(self.nature.data), cause=self.cause.data,
            services=tuple(self.services.data) if "services" in self else (), categories=tuple(self.categories.data),
            subjects=tuple(self.subjects.data), persons=self.persons.data, records=self.records.data,
            consequences=self.consequences.data or "", measures=self.measures.data or "",
            contact=self.contact.data or "",
        )  # fmt: skip


class DeclarationForm(BreachForm):
    """A breach that its vendor declares."""


class PhaseForm(BreachForm):
    """What a vendor says more."""

    text = LongTextField(lazy("Un message ?"), [_LONG], render_kw={"rows": 2})


class RecordForm(BreachForm):
    """A breach that one of ours records."""

    vendor = TextField(
        lazy("Sous-traitant"), [InputRequired(REQUIRED), Length(max=200)], description=lazy("Son nom au registre.")
    )
    aware_at = MinuteField(
        lazy("Quand l'avons-nous apprise ?"),
        required=True,
        description=lazy("Heure de Paris. Les 72 heures en partent."),
    )

    @property
    def learnt_at(self) -> datetime:
        """When we learnt of it; the field is required."""
        return cast(datetime, self.aware_at.instant)


class AffectedForm(EditForm):
    """The lines of the register that a breach touches."""

    lines = _checks(lazy("Fiches du registre"), [], coerce=int)
    persons = WholeNumberField(
        lazy("Combien de personnes, environ ?"), [Optional(), _COUNT], render_kw={"inputmode": "numeric"},
        description=lazy("Celles que la violation touche : une fiche ne dit qu'un ordre de grandeur, de toutes."),
    )  # fmt: skip
    note = LongTextField(lazy("D'où vous le tenez"), [_LONG], render_kw={"rows": 2})
    adds = BooleanField(
        lazy("Ajouter leurs catégories de données et de personnes aux faits retenus"), default=True
    )  # fmt: skip

    def offering(self, lines: Sequence[AffectedLine]) -> "AffectedForm":
        """With the lines to tick among."""
        language = current_language()
        self.lines.choices = [SelectChoice(one.activity_id, line_text(one, language)) for one in lines]
        return self

    def sheet(self, lines: Sequence[AffectedLine]) -> AffectedSheet:
        """What was ticked and said."""
        ticked = [one for one in lines if one.activity_id in self.lines.data]
        return AffectedSheet(ticked, self.persons.data, self.note.data or "", self.adds.data)


class QuestionForm(PortalForm):
    """The tree: a question after the other, then the level and why."""

    risk = RadioField(
        lazy("Votre décision"), [InputRequired(lazy("Choisissez un niveau."))], choices=_labelled(RiskLevel),
        coerce=lambda value: RiskLevel(value) if value in set(RiskLevel) else None,
    )  # fmt: skip
    reason = LongTextField(
        lazy("Pourquoi"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 4},
        description=lazy("Ce que risquent les personnes, et ce qui le rend probable ou non."),
    )  # fmt: skip

    def sheet(self) -> Assessment:
        """What was answered and decided."""
        answers = {one: Answered(self[one.value].data) for one in RiskQuestion}
        return Assessment(answers, self.risk.data, self.reason.data)

    @property
    def questions(self) -> list[Any]:
        """The controls of the questions, in their order."""
        return [self[one.value] for one in RiskQuestion]


for _question in RiskQuestion:
    setattr(
        QuestionForm,
        _question.value,
        SelectField(lazy(_question.label), choices=_labelled(Answered), default=Answered.UNKNOWN.value),
    )


class NotificationForm(PortalForm):
    """That the authority was notified."""

    at = MinuteField(lazy("Notifiée le"), required=True, description=lazy("Heure de Paris."))
    reference = TextField(
        lazy("Numéro donné par la CNIL"), [InputRequired(REQUIRED), Length(max=120)],
        description=lazy("Il figure sur l'accusé de réception du téléservice."),
    )  # fmt: skip
    delay_reason = LongTextField(
        lazy("Motifs du retard"), [_LONG], render_kw={"rows": 3}, description=lazy("Seulement après les 72 heures.")
    )

    def sheet(self) -> Notification:
        """What was noted."""
        return Notification(cast(datetime, self.at.instant), self.reference.data, self.delay_reason.data or "")


class PersonsForm(PortalForm):
    """That the persons were told, or why not."""

    exemption = SelectField(
        lazy("Les personnes ont-elles été informées ?"),
        choices=choices(Exemption, {one: one.label for one in Exemption}, blank=N_("Oui, elles ont été informées")),
        coerce=optional(Exemption),
    )
    at = MinuteField(lazy("Informées le"), description=lazy("Heure de Paris. Vide si une exception s'applique."))
    how = LongTextField(
        lazy("Comment, ou pourquoi l'exception s'applique"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 3}
    )

    def sheet(self) -> PersonsTold:
        """What was noted."""
        return PersonsTold(self.at.instant, self.how.data, self.exemption.data)


class AwarenessForm(PortalForm):
    """When we became aware."""

    at = MinuteField(lazy("Nous en avons eu connaissance le"), required=True, description=lazy("Heure de Paris."))
    reason = LongTextField(
        lazy("Pourquoi ce moment"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 3},
        description=lazy("Par exemple : le prestataire a téléphoné la veille au soir."),
    )  # fmt: skip


class ClosingForm(PortalForm):
    """What the register keeps."""

    effects = LongTextField(lazy("Effets de la violation"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 3})
    remedy = LongTextField(lazy("Ce qui y a remédié"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 3})
    lessons = LongTextField(lazy("Ce que nous en retenons"), [_LONG], render_kw={"rows": 3})

    def sheet(self) -> ClosingWords:
        """What was written."""
        return ClosingWords(self.effects.data, self.remedy.data, self.lessons.data or "")


class WordsForm(PortalForm):
    """A reason, a question or a note."""

    text = LongTextField(lazy("Texte"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 4})
