"""Forms of mystery withdrawals: a plan, an order, an observation, a reason."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.consumer_law.forms import places_choices
from portal.consumer_law.rules.periods import CONTRACT_KINDS, ContractKind
from portal.mystery.rules.judgement import ObservationAnswer
from portal.mystery.rules.script import WAYS, ScriptStep, Way
from portal.mystery.rules.series import LONGEST_RHYTHM
from portal.mystery.services import LONGEST_NOTE, OrderInput, PlanInput
from portal.mystery.wording import OBSERVATION_ANSWERS
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    DayField,
    LongTextField,
    MinuteField,
    PortalForm,
    SelectField,
    TextField,
    WholeNumberField,
    choices,
)
from portal.web.text import lazy

_NOTE = Length(max=LONGEST_NOTE, message=lazy("Cette note dépasse %(limit)s caractères.", limit=LONGEST_NOTE))
_INTERFACE = Length(max=500, message=lazy("Cette adresse dépasse %(limit)s caractères.", limit=500))
_RHYTHM = NumberRange(
    min=1, max=LONGEST_RHYTHM, message=lazy("Un nombre de mois, de 1 à %(most)s.", most=LONGEST_RHYTHM)
)
_TESTABLE = (
    ContractKind.GOODS, ContractKind.SERVICE, ContractKind.DIGITAL, ContractKind.FINANCE, ContractKind.LIFE,
)  # fmt: skip


class AmendForm(EditForm):
    """What a plan tests, who, and how often."""

    interface = TextField(
        lazy("Ce qui est testé"),
        [InputRequired(REQUIRED), _INTERFACE],
        description=lazy("L'adresse de la page, le numéro de téléphone, l'adresse électronique ou postale."),
    )
    tester = TextField(lazy("Qui fait le test"), [Length(max=200)], description=lazy("À défaut, vous."))
    every = WholeNumberField(
        lazy("Tous les combien de mois"), [Optional(), _RHYTHM], description=lazy("Vide : une seule fois.")
    )


class PlanForm(AmendForm):
    """A new plan."""

    vendor = TextField(
        lazy("Sous-traitant"),
        [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Son nom au registre. Il ne verra rien de ce test."),
    )
    way = RadioField(
        lazy("Par quel canal ?"),
        choices=choices(Way, WAYS),
        coerce=Way,
        default=Way.WEB,
        validators=[InputRequired(REQUIRED)],
    )
    first_on = DayField(lazy("Premier test le"), required=True)

    def sheet(self) -> PlanInput:
        """What the plan says."""
        return PlanInput(
            self.way.data, self.interface.data, self.every.data, self.first_on.data, self.tester.data or ""
        )


class OrderForm(PortalForm):
    """The order that the tester has placed, to start a test."""

    kind = RadioField(
        lazy("Sur quoi porte la commande ?"),
        choices=[SelectChoice(kind.value, lazy(CONTRACT_KINDS[kind])) for kind in _TESTABLE],
        coerce=ContractKind,
        default=ContractKind.GOODS,
        validators=[InputRequired(REQUIRED)],
    )
    ordered_on = DayField(lazy("Commandé le"), required=True)
    received_on = DayField(
        lazy("Bien reçu le"), description=lazy("Laissez vide s'il n'est pas encore arrivé : vous le direz ensuite.")
    )
    place = SelectField(lazy("Où le bien est livré, ou le client habite"), default="FR/metropole")
    is_guest = BooleanField(lazy("La commande a été passée sans compte"))
    reference = TextField(lazy("Référence de la commande"), [Length(max=120)])

    def __init__(self, *args: Any, **placed: Any) -> None:
        super().__init__(*args, **placed)
        self.place.choices = places_choices()

    def sheet(self) -> OrderInput:
        """The order."""
        country, _, region = self.place.data.partition("/")
        goods = self.kind.data.from_receipt
        return OrderInput(
            self.kind.data, self.ordered_on.data, self.received_on.data if goods else None, country, region,
            bool(self.is_guest.data), self.reference.data or "",
        )  # fmt: skip


class ReceiptForm(EditForm):
    """When the goods came."""

    received_on = DayField(lazy("Bien reçu le"), required=True)
    reference = TextField(lazy("Référence de la commande"), [Length(max=120)])


class ReasonForm(PortalForm):
    """Why a test, or a plan, is left out."""

    reason = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), _NOTE], render_kw={"rows": 3})


class ObservationForm(PortalForm):
    """What the tester saw at a step."""

    said = RadioField(
        lazy("Qu'avez-vous vu ?"),
        choices=choices(ObservationAnswer, OBSERVATION_ANSWERS),
        coerce=lambda value: ObservationAnswer(value) if value in set(ObservationAnswer) else None,
        validators=[InputRequired(lazy("Dites ce que vous avez vu."))],
    )
    at = MinuteField(lazy("Quand"))
    note = LongTextField(
        lazy("Note"), [_NOTE], render_kw={"rows": 3}, description=lazy("Les mots lus ou entendus, tels quels.")
    )
    proof = FileField(lazy("Preuve"))
    seen = HiddenField(default="0")

    @property
    def held(self) -> int:
        """The observation that was shown, 0 for none."""
        text = str(self.seen.data or "0")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def handed(self) -> Any:
        """The file that was chosen, if any."""
        file = self.proof.data
        return file if getattr(file, "filename", "") else None


def observation_form(step: ScriptStep, shown: Mapping[str, Any]) -> ObservationForm:
    """The form of a step: it asks for the time only when the step needs one."""
    form = ObservationForm(data=dict(shown))
    if step.needs_time:
        form.at.flags.required = True
    else:
        del form.at
    # Asked for, and yet not refused when they lack: what could not be observed has neither.
    form.proof.flags.required = step.needs_proof and shown["seen"] == "0"
    return form
