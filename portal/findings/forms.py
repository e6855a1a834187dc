"""Forms of findings: shape and syntax only; each hands over a command."""

from collections.abc import Sequence
from enum import StrEnum

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core.language import N_
from portal.findings.rules import ClosingBasis, Severity
from portal.findings.services import CorrectiveAction
from portal.findings.wording import SEVERITY_NAMES
from portal.vendors.models import Contact
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectField, TextField, choices
from portal.web.text import lazy

_LONG = 5000


class FindingForm(EditForm):
    """A finding and its corrective action."""

    title = TextField(lazy("Constat"), [InputRequired(REQUIRED), Length(max=300)])
    severity = SelectField(lazy("Gravité"), choices=choices(Severity, SEVERITY_NAMES), coerce=Severity)
    action = LongTextField(
        lazy("Action attendue"), [InputRequired(REQUIRED), Length(max=_LONG)],
        description=lazy("Lue par le prestataire, dans sa langue."),
    )  # fmt: skip
    proof_expected = LongTextField(lazy("Preuve qui clora le constat"), [Length(max=_LONG)])
    responsible = TextField(
        lazy("Responsable"), [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Qui doit agir : le prestataire, ou une personne nommée chez lui."),
    )  # fmt: skip
    due_on = DayField(lazy("Échéance"), required=True)

    def command(self) -> CorrectiveAction:
        """What is expected, by whom, by when."""
        return CorrectiveAction(
            severity=self.severity.data, title=self.title.data, action=self.action.data,
            proof_expected=self.proof_expected.data or "", responsible=self.responsible.data, due_on=self.due_on.data,
        )  # fmt: skip


class MeasuredFindingForm(PortalForm):
    """A finding on something measured, filled in from what was seen: a fault of a sample, a breach of a test."""

    title = TextField(lazy("Intitulé"), [InputRequired(REQUIRED), Length(max=300)])
    severity = SelectField(lazy("Gravité"), choices=choices(Severity, SEVERITY_NAMES), coerce=Severity)
    action = LongTextField(lazy("Action attendue"), [InputRequired(REQUIRED), Length(max=_LONG)], render_kw={"rows": 5})
    proof_expected = LongTextField(lazy("Preuve attendue"), [Length(max=_LONG)], render_kw={"rows": 2})
    responsible = TextField(lazy("Responsable"), [Length(max=200)])
    due_on = DayField(lazy("Échéance"), required=True)

    def command(self) -> CorrectiveAction:
        """What is expected, by whom, by when."""
        return CorrectiveAction(
            severity=self.severity.data, title=self.title.data, action=self.action.data,
            proof_expected=self.proof_expected.data or "", responsible=self.responsible.data or "",
            due_on=self.due_on.data,
        )  # fmt: skip


class MessageForm(PortalForm):
    """A message about a finding."""

    text = LongTextField(lazy("Message"), [InputRequired(REQUIRED), Length(max=_LONG)])
    internal = BooleanField(
        lazy("Note interne"), description=lazy("Le prestataire ne la voit jamais, et rien ne lui est envoyé.")
    )


class Outcome(StrEnum):
    """What a look at a finding comes to."""

    PROVED = "preuve"
    SEEN = "verifie"
    FAILED = "a_reprendre"
    WAIVED = "accepte"

    @property
    def basis(self) -> ClosingBasis | None:
        """What shows the correction; none when there is none."""
        return {Outcome.PROVED: ClosingBasis.PROOF, Outcome.SEEN: ClosingBasis.OURSELVES}.get(self)


OUTCOME_NAMES = {
    Outcome.PROVED: N_("Corrigé : la preuve remise le montre"),
    Outcome.SEEN: N_("Corrigé : nous l'avons vu nous-mêmes"),
    Outcome.FAILED: N_("Pas corrigé : à reprendre"),
    Outcome.WAIVED: N_("Accepté en l'état, jusqu'à un jour"),
}
OUTCOME_HINTS = {
    Outcome.PROVED.value: N_("Il faut une pièce remise depuis que la correction est demandée."),
    Outcome.SEEN.value: N_("Un nouvel échantillon, un test, une visite : dites lequel."),
    Outcome.FAILED.value: N_("Le prestataire lit ce que vous écrivez, et doit une nouvelle preuve."),
    Outcome.WAIVED.value: N_(
        "Rien ne change, et nous l'assumons : à décider de nouveau au terme, ou si son niveau bouge."
    ),
}


class SettleForm(PortalForm):
    """What a look at a finding comes to, and why."""

    outcome = RadioField(
        lazy("Ce que vous avez vu"), [InputRequired(REQUIRED)],
        choices=[SelectChoice(one.value, lazy(OUTCOME_NAMES[one])) for one in Outcome], coerce=Outcome,
    )  # fmt: skip
    reason = LongTextField(
        lazy("Ce qui a été regardé, ou pourquoi"), [InputRequired(REQUIRED), Length(max=_LONG)], render_kw={"rows": 3}
    )  # fmt: skip
    until = DayField(lazy("Accepté jusqu'au"))


class WaiverForm(PortalForm):
    """An acceptance decided once more, with its reason and its last day."""

    reason = LongTextField(
        lazy("Motif"), [InputRequired(REQUIRED), Length(max=_LONG)], id="waiver-reason", render_kw={"rows": 3}
    )  # fmt: skip
    until = DayField(lazy("Accepté jusqu'au"), required=True)


class ReopenForm(PortalForm):
    """Why a settled finding is asked again, and by when; it stays on file."""

    reason = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), Length(max=_LONG)], render_kw={"rows": 3})
    due_on = DayField(lazy("Nouvelle échéance"))


class InChargeForm(PortalForm):
    """Who at the vendor is in charge."""

    contact_id = SelectField(lazy("Qui s'en occupe"), coerce=int)

    def offering(self, people: Sequence[Contact]) -> "InChargeForm":
        """The same form with the people of the vendor to choose from."""
        self.contact_id.choices = [SelectChoice(person.id, person.name) for person in people]
        return self


class ProposedDateForm(PortalForm):
    """Another day that the vendor proposes, and why."""

    due_on = DayField(lazy("Date que vous proposez"), required=True)
    reason = LongTextField(lazy("Pourquoi"), [InputRequired(REQUIRED), Length(max=_LONG)], render_kw={"rows": 2})
