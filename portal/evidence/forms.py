"""Forms of a proof: what its vendor says of it, what a reviewer says of it."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.evidence.rules import EvidenceVerdict
from portal.evidence.services import ISSUER_LENGTH, SCOPE_LENGTH, EvidenceDetails
from portal.web.edit_form import EditForm
from portal.web.forms import DayField, LongTextField, PortalForm, TextField
from portal.web.text import lazy

NOTE_LENGTH = 5000


class DetailsForm(EditForm):
    """Who issued a proof, what it covers, from when until when: all optional, all worth having."""

    issuer = TextField(
        lazy("Qui a émis ce document ?"),
        [Length(max=ISSUER_LENGTH, message=lazy("%(max)d caractères au plus."))],
        description=lazy("Votre entreprise, un organisme de certification, un cabinet…"),
    )
    scope = LongTextField(
        lazy("Que couvre-t-il ?"),
        [Length(max=SCOPE_LENGTH, message=lazy("%(max)d caractères au plus."))],
        description=lazy("Le service, le site ou l'entité, tels que le document les nomme."),
        render_kw={"rows": 2},
    )
    issued_on = DayField(lazy("Date du document"))
    expires_on = DayField(lazy("Valable jusqu'au"))

    def details(self) -> EvidenceDetails:
        """What is said of the proof."""
        return EvidenceDetails(
            issuer=self.issuer.data or "",
            scope=self.scope.data or "",
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
        )


class VerdictForm(PortalForm):
    """A verdict on one file; drawn by hand, once per file."""

    verdict = RadioField(
        choices=[SelectChoice(v.value, v.value) for v in (EvidenceVerdict.VERIFIED, EvidenceVerdict.REJECTED)],
        coerce=EvidenceVerdict, validators=[InputRequired()],
    )  # fmt: skip
    note = LongTextField(validators=[Length(max=NOTE_LENGTH)])
    version = StringField()
