"""Forms of what is arranged around an audit: an answer on a thread, a decision on a delay."""

from wtforms import StringField
from wtforms.validators import InputRequired

from portal.audits.services import LONGEST_QUESTION, LONGEST_WORDS
from portal.web.forms import REQUIRED, AtMost, DayField, LongTextField, PortalForm
from portal.web.text import lazy


class ThreadForm(PortalForm):
    """A message on a thread, of either side."""

    text = LongTextField(
        lazy("Votre message"),
        [InputRequired(REQUIRED), AtMost(LONGEST_QUESTION)],
        render_kw={"rows": 4},
    )


class DelayDecisionForm(PortalForm):
    """More time granted until a day, or refused; `act` says which."""

    granted_on = DayField(lazy("Nouvelle échéance"))
    answer = LongTextField(
        lazy("Un mot au prestataire"), [AtMost(LONGEST_WORDS)], render_kw={"rows": 3},
        description=lazy("Il le lira. Obligatoire si vous refusez."),
    )  # fmt: skip
    act = StringField()
