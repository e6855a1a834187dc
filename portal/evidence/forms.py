"""Forms of a proof: what its vendor says of it, what a reviewer says of it."""

from wtforms import Field, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core import process
from portal.core.language import Language
from portal.evidence.kinds import read_kinds
from portal.evidence.proposed_details import ProposedDetails
from portal.evidence.rules import EvidenceVerdict
from portal.evidence.services import ISSUER_LENGTH, SCOPE_LENGTH, EvidenceDetails
from portal.web.edit_form import EditForm
from portal.web.forms import AtMost, DayField, LongTextField, PortalForm, SelectField, TextField
from portal.web.text import current_language, lazy

NOTE_LENGTH = 5000


PROPOSED = ("kind", "issuer", "issued_on", "expires_on", "scope", "sites", "period_from", "period_to")
"""The fields of a description, in the order of the page."""


def kind_choices(language: Language) -> list[SelectChoice]:
    """The kinds of proof by their names, after none."""
    kinds = read_kinds(process.settings().questionnaires_dir).values()
    named = sorted((kind.en if language is Language.EN else kind.fr, kind.key) for kind in kinds)
    return [SelectChoice("", lazy("Je ne sais pas")), *(SelectChoice(key, name) for name, key in named)]


class DetailsForm(EditForm):
    """Who issued a proof, what it covers, from when until when: all optional, all worth having."""

    kind = SelectField(lazy("Quel document est-ce ?"), choices=lambda: kind_choices(current_language()))
    issuer = TextField(
        lazy("Qui a émis ce document ?"),
        [AtMost(ISSUER_LENGTH)],
        description=lazy("Votre entreprise, un organisme de certification, un cabinet…"),
    )
    scope = LongTextField(
        lazy("Que couvre-t-il ?"),
        [AtMost(SCOPE_LENGTH)],
        description=lazy("Le service, le site ou l'entité, tels que le document les nomme."),
        render_kw={"rows": 2},
    )
    sites = LongTextField(
        lazy("Pour quels sites ?"),
        [AtMost(SCOPE_LENGTH)],
        render_kw={"rows": 2},
    )
    issued_on = DayField(lazy("Date du document"))
    period_from = DayField(lazy("Début de la période couverte"))
    period_to = DayField(
        lazy("Fin de la période couverte"), description=lazy("Pour un rapport ou un bilan qui porte sur une période.")
    )
    expires_on = DayField(lazy("Valable jusqu'au"))

    @property
    def described(self) -> list[Field]:
        """What every document says: shown first."""
        return [self[name] for name in PROPOSED[:5]]

    @property
    def seldom(self) -> list[Field]:
        """What some documents say: folded while there is nothing to look at."""
        return [self[name] for name in PROPOSED[5:]]

    @property
    def is_on_period(self) -> bool:
        """Whether there is something to look at among them."""
        return any(field.data or field.errors for field in self.seldom)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was ever said of this proof: what was read is then proposed."""
        return not any(field.object_data for field in self if field.name in PROPOSED)

    def propose(self, proposal: ProposedDetails) -> None:
        """Fill the page in with what was read; what comes back from it is the vendor's own word."""
        if self.is_submitted():
            return
        for name, value in proposal.values.items():
            self[name].data = value

    def details(self) -> EvidenceDetails:
        """What is said of the proof."""
        return EvidenceDetails(
            kind=self.kind.data or "",
            issuer=self.issuer.data or "",
            scope=self.scope.data or "",
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            sites=self.sites.data or "",
            period_from=self.period_from.data,
            period_to=self.period_to.data,
        )


class VerdictForm(PortalForm):
    """A verdict on one file; drawn by hand, once per file."""

    verdict = RadioField(
        choices=[SelectChoice(v.value, v.value) for v in (EvidenceVerdict.VERIFIED, EvidenceVerdict.REJECTED)],
        coerce=EvidenceVerdict, validators=[InputRequired()],
    )  # fmt: skip
    note = LongTextField(validators=[Length(max=NOTE_LENGTH)])
    version = StringField()
