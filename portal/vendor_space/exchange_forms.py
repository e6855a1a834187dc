"""Forms of what a vendor arranges around an audit: a part given to a colleague, more time asked for."""

from datetime import date

from wtforms.validators import InputRequired, Length

from portal.audits.rules import LONGEST_NOTE
from portal.audits.services import LONGEST_WORDS, DelegationOrder
from portal.core.language import Language
from portal.identity.rules import PERSON_NAME_LENGTH
from portal.web.forms import REQUIRED, AtMost, DayField, LongTextField, PortalForm, TextField
from portal.web.text import lazy


class DelegationForm(PortalForm):
    """Whom a part is given to, until when, with a word."""

    email = TextField(
        lazy("Adresse e-mail du collègue"),
        [InputRequired(REQUIRED), Length(max=254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off",
                   "list": "collegues"},
    )  # fmt: skip
    name = TextField(
        lazy("Son nom"), [Length(max=PERSON_NAME_LENGTH)], render_kw={"autocomplete": "off"},
        description=lazy("Seulement si cette personne n'a pas encore de compte : elle reçoit alors une invitation."),
    )  # fmt: skip
    due_on = DayField(lazy("Pour le"))
    note = LongTextField(
        lazy("Un mot"), [AtMost(LONGEST_NOTE)], render_kw={"rows": 3},
        description=lazy("Se lit sur la page qui lui est confiée, pas dans le message."),
    )  # fmt: skip

    def order(self, language: Language) -> DelegationOrder:
        """What is asked."""
        day: date | None = self.due_on.data
        return DelegationOrder(self.email.data, self.name.data or "", self.note.data or "", day, language)


class DelayForm(PortalForm):
    """More time to answer."""

    wanted_on = DayField(lazy("Jusqu'au"), required=True)
    reason = LongTextField(lazy("Pourquoi"), [AtMost(LONGEST_WORDS)], render_kw={"rows": 3})
