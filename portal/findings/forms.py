"""Forms of findings: shape and syntax only; each hands over a command."""

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core.language import N_
from portal.findings.rules import FindingState, Severity
from portal.findings.services import CorrectiveAction
from portal.findings.wording import SEVERITY_NAMES, STATE_NAMES
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


_SETTLED = (FindingState.CLOSED, FindingState.ACCEPTED_RISK)


class SettleForm(PortalForm):
    """How a finding ends."""

    state = RadioField(
        lazy("Issue"), [InputRequired(REQUIRED)],
        choices=[SelectChoice(state.value, lazy(STATE_NAMES[state])) for state in _SETTLED], coerce=FindingState,
    )  # fmt: skip
    reason = LongTextField(
        lazy("Motif"), [InputRequired(REQUIRED), Length(max=_LONG)],
        description=lazy("Pourquoi c'est corrigé, ou pourquoi le risque est accepté et par qui."),
    )  # fmt: skip


SETTLED_HINTS = {
    FindingState.CLOSED.value: N_("La preuve attendue est là, ou ce qui manquait a été fait."),
    FindingState.ACCEPTED_RISK.value: N_("Rien ne change, et nous l'assumons : la direction le verra."),
}


class ReopenForm(PortalForm):
    """Why a settled finding is open again; it stays on file."""

    reason = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), Length(max=_LONG)])
