"""Forms of the review: shape and syntax only; each hands over a command."""

from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.audits.rules import ReviewVerdict
from portal.audits.services import Judgement
from portal.audits.wording import VERDICT_NAMES
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectField, choices
from portal.web.text import _, lazy

_LONG = 5000


class DueForm(PortalForm):
    """Until when."""

    due_on = DayField(lazy("À rendre au plus tard le"), required=True)


class AskForm(DueForm):
    """One audit for one vendor."""

    questionnaire = SelectField(lazy("Questionnaire"), [InputRequired(REQUIRED)])

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


class ReasonForm(PortalForm):
    """Why, in one's own words; it stays on file."""

    reason = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), Length(max=_LONG)])
