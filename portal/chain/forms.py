"""Forms of the chain: shape and syntax only; each hands over a command."""

from flask_wtf.file import FileField, FileRequired
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.chain.models import NameVerdict
from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.chain.services import CompanySheet, TransferSheet
from portal.core.language import N_
from portal.vendors.place_names import country_names
from portal.vendors.rules.facts import Labelled
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectField, TextField, choices
from portal.web.text import current_language, lazy

VERDICTS = {
    NameVerdict.SAME: N_("C'est la même société"),
    NameVerdict.DIFFERENT: N_("Ce sont deux sociétés"),
}
_ANSWERS = {"": None, "oui": True, "non": False}
_WORDS = {answer: word for word, answer in _ANSWERS.items()}


def _countries() -> list[SelectChoice]:
    unknown = SelectChoice("", lazy("Personne ne l'a dit"))
    return [unknown, *(SelectChoice(code, name) for code, name in country_names(current_language()))]


def _labels(kind: type[Labelled]) -> list[SelectChoice]:
    return choices(kind, {member: member.label for member in kind})


class CompanyForm(EditForm):
    """What is known of a company."""

    country = SelectField(lazy("Pays d'établissement"), choices=_countries)
    address = LongTextField(lazy("Adresse"), [Length(max=2000)])
    contact = LongTextField(
        lazy("Contact"), [Length(max=2000)],
        description=lazy("Une personne ou un service à joindre : nom, adresse électronique, téléphone."),
    )  # fmt: skip
    processing = LongTextField(
        lazy("Ce qui est traité"), [Length(max=5000)], description=lazy("Quelles données, pour faire quoi."),
    )  # fmt: skip

    def sheet(self) -> CompanySheet:
        """The command."""
        return CompanySheet(
            self.address.data or "", self.contact.data or "", self.country.data or "", self.processing.data or ""
        )


class TransferForm(EditForm):
    """On what ground data go to a company in a country."""

    tool = SelectField(lazy("Outil de transfert"), choices=lambda: _labels(TransferTool), coerce=TransferTool)
    module = SelectField(
        lazy("Module des clauses"), choices=lambda: _labels(ClauseModule),
        coerce=lambda value: ClauseModule(value or ""),
    )  # fmt: skip
    importer = TextField(
        lazy("Importateur"), [Length(max=300)], description=lazy("Qui reçoit les données, si ce n'est pas la société.")
    )
    is_subject_to_rgpd = SelectField(
        lazy("L'importateur est-il lui-même soumis au RGPD ?"),
        choices=lambda: [
            SelectChoice("", lazy("Personne ne l'a dit")), SelectChoice("oui", lazy("Oui")),
            SelectChoice("non", lazy("Non")),
        ],
        coerce=lambda value: _WORDS[value] if value is None or isinstance(value, bool) else value,
        description=lazy("Art. 3(2). Les clauses de 2021 n'ont pas été écrites pour un tel importateur."),
    )  # fmt: skip
    assessed_on = DayField(lazy("Analyse du droit du pays, le"))
    assessment = LongTextField(
        lazy("Conclusion de l'analyse"), [Length(max=5000)],
        description=lazy("Les six étapes de la CNIL : où est le document, ce qu'il conclut, les mesures ajoutées."),
    )  # fmt: skip
    fallback = SelectField(
        lazy("Outil de repli"), choices=lambda: _labels(TransferTool), coerce=TransferTool,
        description=lazy("Déjà convenu, il prendrait la place du premier s'il tombait."),
    )  # fmt: skip

    def sheet(self, country: str) -> TransferSheet:
        """The command."""
        return TransferSheet(
            country=country, importer=self.importer.data or "",
            is_subject_to_rgpd=_ANSWERS[self.is_subject_to_rgpd.data],
            tool=self.tool.data, module=self.module.data, assessed_on=self.assessed_on.data,
            assessment=self.assessment.data or "", fallback=self.fallback.data,
        )  # fmt: skip


class NamesForm(PortalForm):
    """Whether another name is this company."""

    other = TextField(lazy("Autre nom"), [InputRequired(REQUIRED), Length(max=300)])
    verdict = SelectField(lazy("Jugement"), choices=lambda: choices(NameVerdict, VERDICTS), coerce=NameVerdict)
    reason = TextField(
        lazy("Ce qui le montre"), [InputRequired(REQUIRED), Length(max=2000)],
        description=lazy("Un même numéro, un même site, un extrait d'immatriculation."),
    )  # fmt: skip


class UndoJudgementForm(PortalForm):
    """Why a judgement is undone."""

    reason = TextField(lazy("Pourquoi l'annuler"), [InputRequired(REQUIRED), Length(max=2000)])


class VendorBehindForm(PortalForm):
    """Which vendor of the register stands behind a company."""

    vendor = TextField(
        lazy("Sous-traitant du registre"), [Length(max=200)],
        description=lazy("Son nom ou sa clé ; vide s'il n'y en a aucun."),
    )  # fmt: skip


class LawForm(PortalForm):
    """A law to come, as a file."""

    file = FileField(lazy("Fichier de droit (TOML)"), [FileRequired(lazy("Choisissez d'abord un fichier."))])
