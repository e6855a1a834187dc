"""Forms of the review: shape and syntax only; each hands over a command."""

from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.audits.reviewing import Action, Judgement
from portal.audits.rules import FindingState, ReviewVerdict
from portal.audits.wording import FINDING_NAMES, SEVERITY_NAMES, VERDICT_NAMES
from portal.core.language import N_
from portal.evidence.rules import Verdict
from portal.questionnaires.definition import Severity
from portal.web.forms import DayField, LongTextField, PortalForm, SelectField, TextField, choices
from portal.web.text import _, lazy

_REQUIRED = lazy("Remplissez ce champ.")
_LONG = 5000


class DueForm(PortalForm):
    """Until when."""

    due_on = DayField(lazy("À rendre au plus tard le"), required=True)


class AskForm(DueForm):
    """One audit for one vendor."""

    questionnaire = SelectField(lazy("Questionnaire"), [InputRequired(_REQUIRED)])

    def offer(self, named: list[tuple[str, str]]) -> None:
        """The questionnaires to choose from, by key and title."""
        self.questionnaire.choices = [SelectChoice(key, title) for key, title in named]


class JudgeForm(PortalForm):
    """A verdict on one answer; drawn by hand, once per question."""

    verdict = RadioField(
        choices=choices(ReviewVerdict, VERDICT_NAMES), coerce=ReviewVerdict, validators=[InputRequired()]
    )
    comment = LongTextField(validators=[Length(max=_LONG)])
    note = LongTextField(validators=[Length(max=_LONG)])
    to_return = BooleanField()
    version = StringField()

    def judgement(self) -> Judgement:
        """What is said of the answer."""
        return Judgement(self.verdict.data, self.comment.data or "", self.note.data or "", self.to_return.data)

    @property
    def fault(self) -> str:
        """What is wrong, in one sentence."""
        if self.verdict.errors:
            return str(_("Choisissez un avis : acceptable, améliorable ou à corriger."))
        return str(_("Ce texte dépasse %(limit)s caractères.", limit=_LONG))


class ProofForm(PortalForm):
    """A verdict on one file; drawn by hand, once per file."""

    verdict = RadioField(
        choices=[SelectChoice(v.value, v.value) for v in (Verdict.VERIFIED, Verdict.REJECTED)],
        coerce=Verdict, validators=[InputRequired()],
    )  # fmt: skip
    note = LongTextField(validators=[Length(max=_LONG)])
    version = StringField()


class ReasonForm(PortalForm):
    """Why, in one's own words; it stays on file."""

    reason = LongTextField(lazy("Motif"), [InputRequired(_REQUIRED), Length(max=_LONG)])


class FindingForm(PortalForm):
    """A finding and its corrective action."""

    title = TextField(lazy("Constat"), [InputRequired(_REQUIRED), Length(max=300)])
    severity = SelectField(lazy("Gravité"), choices=choices(Severity, SEVERITY_NAMES), coerce=Severity)
    action = LongTextField(
        lazy("Action attendue"), [InputRequired(_REQUIRED), Length(max=_LONG)],
        description=lazy("Lue par le prestataire, dans sa langue."),
    )  # fmt: skip
    proof_expected = LongTextField(lazy("Preuve qui clora le constat"), [Length(max=_LONG)])
    responsible = TextField(
        lazy("Responsable"), [InputRequired(_REQUIRED), Length(max=200)],
        description=lazy("Qui doit agir : le prestataire, ou une personne nommée chez lui."),
    )  # fmt: skip
    due_on = DayField(lazy("Échéance"), required=True)

    def command(self) -> Action:
        """What is expected, by whom, by when."""
        return Action(
            severity=self.severity.data, title=self.title.data, action=self.action.data,
            proof_expected=self.proof_expected.data or "", responsible=self.responsible.data, due_on=self.due_on.data,
        )  # fmt: skip


class MessageForm(PortalForm):
    """A message about a finding."""

    text = LongTextField(lazy("Message"), [InputRequired(_REQUIRED), Length(max=_LONG)])
    internal = BooleanField(
        lazy("Note interne"), description=lazy("Le prestataire ne la voit jamais, et rien ne lui est envoyé.")
    )


_SETTLED = (FindingState.CLOSED, FindingState.ACCEPTED_RISK)


class SettleForm(PortalForm):
    """How a finding ends."""

    state = RadioField(
        lazy("Issue"), [InputRequired(_REQUIRED)],
        choices=[SelectChoice(state.value, lazy(FINDING_NAMES[state])) for state in _SETTLED], coerce=FindingState,
    )  # fmt: skip
    reason = LongTextField(
        lazy("Motif"), [InputRequired(_REQUIRED), Length(max=_LONG)],
        description=lazy("Pourquoi c'est corrigé, ou pourquoi le risque est accepté et par qui."),
    )  # fmt: skip


SETTLED_HINTS = {
    FindingState.CLOSED.value: N_("La preuve attendue est là, ou ce qui manquait a été fait."),
    FindingState.ACCEPTED_RISK.value: N_("Rien ne change, et nous l'assumons : la direction le verra."),
}
