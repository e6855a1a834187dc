"""Forms of the review: shape and syntax only; each hands over a command."""

from collections.abc import Iterable, Sequence

from wtforms import BooleanField, RadioField, StringField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from portal.audits.rules import ReviewVerdict
from portal.audits.services import Judgement
from portal.audits.usual_comments import UsualComment
from portal.audits.wording import VERDICT_NAMES
from portal.core.language import Language
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectMultipleField, choices
from portal.web.text import _, lazy

_LONG = 5000


class DueForm(PortalForm):
    """Until when."""

    due_on = DayField(lazy("À rendre au plus tard le"), required=True)


class SendBackForm(DueForm):
    """What goes back, and until when."""

    with_optional = BooleanField(lazy("Demander aussi les questions laissées facultatives"))


class AskForm(DueForm):
    """One audit for one vendor."""

    packs = SelectMultipleField(
        lazy("Ce qui sera demandé"), [DataRequired(lazy("Choisissez au moins un questionnaire."))],
        option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False),
    )  # fmt: skip
    reason = LongTextField(
        lazy("Motif"), [Length(max=_LONG)], render_kw={"rows": 2},
        description=lazy("Seulement si vous ajoutez ou retirez un questionnaire : la raison reste au journal."),
    )  # fmt: skip

    before_its_day = BooleanField(lazy("Redemander quand même ces questions"))

    def offer(self, named: Sequence[tuple[str, str]]) -> None:
        """The questionnaires to choose from, by key and title."""
        self.packs.choices = [SelectChoice(key, title) for key, title in named]


class JudgeForm(PortalForm):
    """A verdict on one answer; drawn by hand, once per question."""

    verdict = RadioField(
        choices=choices(ReviewVerdict, VERDICT_NAMES), coerce=ReviewVerdict, validators=[InputRequired()]
    )
    comment = LongTextField(validators=[Length(max=_LONG)])
    note = LongTextField(validators=[Length(max=_LONG)])
    to_return = BooleanField()
    version = StringField()
    usual = StringField()
    usual_text: str = ""
    """The usual comment chosen, in the vendor's language; it comes before what is typed."""

    def choose(self, comments: Iterable[UsualComment], language: Language) -> None:
        """Take the usual comment that was chosen, if any; an unknown one says nothing."""
        found = [one.text.read(language) for one in comments if one.key == self.usual.data]
        self.usual_text = found[0] if found else ""

    def judgement(self) -> Judgement:
        """What is said of the answer; a usual comment that stands in what was typed is not written twice."""
        typed = self.comment.data or ""
        usual = "" if self.usual_text in typed else self.usual_text
        comment = "\n".join(part for part in (usual, typed) if part)
        return Judgement(self.verdict.data, comment, self.note.data or "", self.to_return.data)

    @property
    def fault(self) -> str:
        """What is wrong, in one sentence."""
        if self.verdict.errors:
            return str(_("Choisissez un avis : acceptable, améliorable ou à corriger."))
        return str(_("Ce texte dépasse %(limit)s caractères.", limit=_LONG))


class AcceptForm(PortalForm):
    """Until when what is accepted need not be asked again, and whether the address that was corrected is taken too."""

    until = DayField(lazy("Accepté jusqu'au"))
    takes_address = BooleanField(lazy("Prendre cette adresse sur sa fiche"))


class ReasonForm(PortalForm):
    """Why, in one's own words; it stays on file."""

    reason = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), Length(max=_LONG)])
