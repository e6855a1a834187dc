"""Forms of contracts and of their life: shape and syntax only."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.contracts.models import Contract
from portal.contracts.rules.deadlines import LONGEST
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractAct
from portal.contracts.services import LONGEST_REASON, LONGEST_WHY, ContractDates
from portal.identity.models import User
from portal.vendors.forms import ServiceSignatureForm, SignatureForm
from portal.vendors.models import Service
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    Between,
    DayField,
    LongTextField,
    PortalForm,
    SelectField,
    TextField,
    WholeNumberField,
)
from portal.web.text import lazy

LANGUAGES = [SelectChoice("fr", "Français"), SelectChoice("en", "English")]
TEXTS = [*LANGUAGES, SelectChoice("fr+en", lazy("Français et anglais, sur deux colonnes"))]
"""What a version may be written in."""


def _number(value: Any) -> int | None:
    return int(value) if str(value or "").isdecimal() else None


class Needed:
    """Shown as needed, for what follows cannot be done without it; may be sent empty all the same."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything."""


class SubjectForm(EditForm):
    """What a contract is about."""

    title = TextField(lazy("Titre"), [DataRequired(REQUIRED), Length(max=300)])
    service = SelectField(lazy("Prestation"), coerce=_number)
    entity = SelectField(lazy("Entité du groupe qui signe"), coerce=_number)


class NewContractForm(SubjectForm):
    """What a new contract is about, and what it starts from."""

    template = SelectField(lazy("Document"), [InputRequired(REQUIRED)])
    about = SelectField(
        lazy("Contrat suivi"), [Needed()], coerce=_number,
        description=lazy("Le contrat dont parle ce document. Il reste seul à compter comme contrat."),
    )  # fmt: skip
    language = RadioField(lazy("Langue"), [InputRequired(REQUIRED)], choices=LANGUAGES, default="fr")
    purposes = RadioField(
        lazy("Le prestataire détermine-t-il les finalités ?"),
        [Optional()],
        choices=[
            SelectChoice("processor", lazy("Non : il agit pour notre compte, sur nos instructions")),
            SelectChoice("processor controller", lazy("Pour certains traitements, seul")),
            SelectChoice("processor joint", lazy("Pour certains traitements, avec nous")),
            SelectChoice("controller", lazy("Oui, seul")),
            SelectChoice("joint", lazy("Oui, avec nous")),
        ],
        description=lazy("Qui décide pourquoi les données sont traitées est responsable, quoi que dise le contrat."),
    )

    def roles(self) -> list[str]:
        """The vendor's capacities, as the fact `service.roles` takes them; empty while nobody knows."""
        return (self.purposes.data or "").split() if self.purposes is not None else []

    def narrow(self, kind: DocumentKind) -> None:
        """Leave out what makes no sense for a kind of document."""
        if not kind.hangs:
            del self.about
        if not kind.counts:
            del self.purposes


def _months(label: Any, description: Any) -> WholeNumberField:
    return WholeNumberField(label, [Optional(), Between(0, LONGEST)], description=description)


class _Dates:
    """What a contract says of its time."""

    effective_on = DayField(
        lazy("Date d'effet"), description=lazy("Sans elle, c'est la date de la signature, et le registre le dit.")
    )
    term_months = _months(lazy("Durée, en mois"), lazy("Laissez vide si le contrat n'en dit rien."))
    renewal_months = _months(lazy("Reconduction tacite, en mois"), lazy("0 : il finit de lui-même à son terme."))
    notice = TextField(
        lazy("Préavis"), [Length(max=13)],
        description=lazy("Un nombre de mois (3) ou de jours suivi de d (90d) ; 0 : aucun."),
    )  # fmt: skip

    def dates(self) -> ContractDates:
        """The dates as given."""
        return ContractDates(
            self.effective_on.data, self.term_months.data, self.renewal_months.data, self.notice.data or ""
        )


class ContractDatesForm(_Dates, EditForm):
    """When a contract takes effect and ends, who answers for it, and which one it amends."""

    owner_id = SelectField(lazy("Responsable"), coerce=_number)
    parent_id = SelectField(
        lazy("Contrat suivi"),
        coerce=_number,
        description=lazy("Un avenant, une lettre ou une évaluation suit son contrat, et ne compte pas seul."),
    )
    service_id = SelectField(
        lazy("Prestation"), coerce=_number,
        description=lazy("Celle dont parle ce contrat : il n'en est pas un pour une autre."),
    )  # fmt: skip

    def offer(self, people: Iterable[User], contracts: Iterable[Contract], services: Iterable[Service] | None) -> None:
        """Say who may answer for it, which contracts it may amend, and the services it may be for.

        Without services, it is not asked: a contract drafted here says in its text which one it is for.
        """
        if services is None:
            del self.service_id
        else:
            self.service_id.choices = [
                SelectChoice("", lazy("Toutes ses prestations")), *(SelectChoice(one.id, one.name) for one in services)
            ]  # fmt: skip
        self.owner_id.choices = [
            SelectChoice("", lazy("Celui du sous-traitant")), *(SelectChoice(one.id, one.name) for one in people)
        ]  # fmt: skip
        self.parent_id.choices = [
            SelectChoice("", lazy("Aucun : c'est un contrat")), *(SelectChoice(one.id, one.title) for one in contracts)
        ]  # fmt: skip


class VersionSignedForm(_Dates, SignatureForm):
    """A version recorded as signed: when, its copy, and the dates it then has, in one go."""

    def over(self, contract: Contract) -> ContractDates | None:
        """The dates that follow: what is left empty stays as the contract has it; none when nothing was typed."""
        given = self.dates()
        spans = (given.term_months, given.renewal_months, given.notice)
        if given.effective_on is None and spans == (None, None, ""):
            return None
        if spans == (None, None, ""):
            spans = (contract.term_months, contract.renewal_months, contract.notice)
        known = None if contract.effective_is_assumed else contract.effective_on
        return ContractDates(given.effective_on or known, *spans)


class ElsewhereForm(_Dates, ServiceSignatureForm):
    """A contract signed elsewhere: what it is, when it was signed, its copy, and its dates."""

    title = TextField(lazy("Titre"), [DataRequired(REQUIRED), Length(max=300)])


class ActForm(PortalForm):
    """Why an act is done, and on which day."""

    why = LongTextField(lazy("Pourquoi"), [Needed(), Length(max=LONGEST_WHY)], render_kw={"rows": 3})
    day = DayField(lazy("Dernier jour du contrat"))

    def about(self, act: ContractAct) -> Self:
        """The same form, with the words of an act."""
        if act is ContractAct.VOUCH:
            self.why.label.text = lazy("Ce que vous avez lu sur la copie")
        return self


class LanguageForm(PortalForm):
    """The language of a new version."""

    language = RadioField(lazy("Langue"), [InputRequired(REQUIRED)], choices=TEXTS)


class DraftForm(LanguageForm):
    """A new version, and why it is drafted when checks of sense fail."""

    despite = LongTextField(
        lazy("Pourquoi la rédiger malgré tout"),
        [Needed(), Length(max=LONGEST_REASON)],
        description=lazy("La raison est gardée avec la version et au journal."),
    )


class VerifyForm(PortalForm):
    """A file handed in to learn what it is; it is not kept."""

    file = FileField(
        lazy("Fichier"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("Le fichier tel que vous l'avez reçu. Il est lu puis oublié : rien n'en est gardé."),
    )  # fmt: skip
