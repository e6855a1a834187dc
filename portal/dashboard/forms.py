"""The form of management: what is decided of a vendor."""

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.dashboard.rules import DecisionChoice
from portal.dashboard.wording import CHOICE_NAMES
from portal.identity.models import User
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, choices
from portal.web.text import lazy


class DecisionForm(PortalForm):
    """Go on, put safeguards or leave; why; who sees to it; until when."""

    last = HiddenField()
    """The newest decision that the page showed: two people never decide past each other."""
    choice = RadioField(
        lazy("Décision"), [InputRequired(REQUIRED)], choices=choices(DecisionChoice, CHOICE_NAMES),
        coerce=DecisionChoice,
    )  # fmt: skip
    motive = LongTextField(
        lazy("Motif"), [InputRequired(REQUIRED), Length(max=1000)],
        description=lazy("Ce qui a été pesé, et à quelles conditions. Il reste au dossier."), render_kw={"rows": 3},
    )  # fmt: skip
    owner = SelectField(lazy("Chargé de la suite"), [InputRequired(REQUIRED)], coerce=int)
    due_on = DayField(
        lazy("Vaut jusqu'au"), required=True,
        description=lazy("Dans un an au plus tard. Le lendemain, le sous-traitant revient dans « À décider »."),
    )  # fmt: skip

    def offer(self, people: list[User]) -> None:
        """The accounts that may be put in charge."""
        self.owner.choices = [SelectChoice(user.id, user.name) for user in people]
