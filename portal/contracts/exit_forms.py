"""Forms of the end of a contract: shape and syntax only."""

from collections.abc import Iterable

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.contracts.models import Contract
from portal.contracts.rules.exits import ExitChoice
from portal.contracts.services import LONGEST_WORDS
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectField, TextField
from portal.web.text import lazy

_FILE = FileRequired(lazy("Choisissez d'abord un fichier."))
_WORDS = [InputRequired(REQUIRED), Length(max=LONGEST_WORDS)]
_SHORT = {"rows": 2}


class ExitChoiceForm(PortalForm):
    """What becomes of the data, and by when."""

    choice = RadioField(
        lazy("Ce que deviennent les données"), [InputRequired(REQUIRED)],
        choices=[SelectChoice(one.value, lazy(one.label)) for one in ExitChoice],
    )  # fmt: skip
    due_on = DayField(lazy("Tout est prouvé d'ici au"), description=lazy("Laissez vide : la date prévue reste."))


class HolderForm(PortalForm):
    """Another company that held the data."""

    name = TextField(lazy("Société"), [InputRequired(REQUIRED), Length(max=300)])


class NoSubprocessorForm(PortalForm):
    """Why no sub-processor proves anything."""

    why = LongTextField(lazy("D'où vous le tenez"), _WORDS, render_kw=_SHORT)


class CertificateForm(PortalForm):
    """The certificate of one company."""

    certified_on = DayField(lazy("Date du certificat"), required=True)
    file = FileField(
        lazy("Certificat"), [_FILE],
        description=lazy("PDF, ou image (PNG, JPG). Il nomme la société et dit ce qui est effacé ou restitué."),
    )  # fmt: skip


class CertificateWordsForm(PortalForm):
    """What somebody read on a certificate."""

    words = LongTextField(lazy("Ce que vous avez lu sur le certificat"), _WORDS, render_kw=_SHORT)


class DataCheckForm(PortalForm):
    """The check that the data are gone."""

    what = LongTextField(
        lazy("Ce qui a été contrôlé"), _WORDS, render_kw=_SHORT,
        description=lazy("Les accès, les comptes, les bases, les sauvegardes…"),
    )  # fmt: skip
    how = LongTextField(lazy("Comment"), _WORDS, render_kw=_SHORT)
    by = TextField(lazy("Par qui"), [InputRequired(REQUIRED), Length(max=200)])
    on = DayField(lazy("Le"), required=True)
    file = FileField(
        lazy("Pièce"), [_FILE], description=lazy("Ce qui le montre : capture, journal, procès-verbal (PDF, PNG, JPG).")
    )


class ExemptionForm(PortalForm):
    """What the law makes the processor keep."""

    what = TextField(lazy("Données gardées, et par qui"), [InputRequired(REQUIRED), Length(max=500)])
    basis = LongTextField(lazy("Texte qui l'impose, et pourquoi"), _WORDS, render_kw=_SHORT)
    until = DayField(lazy("Gardées jusqu'au"), required=True)


class KeptForm(PortalForm):
    """The contract under which the data stay."""

    contract_id = SelectField(lazy("Contrat en vigueur"), coerce=int)
    why = LongTextField(lazy("Pourquoi les données y restent traitées"), _WORDS, render_kw=_SHORT)

    def offering(self, contracts: Iterable[Contract]) -> "KeptForm":
        """The same form, with the contracts that may be chosen."""
        self.contract_id.choices = [SelectChoice(one.id, one.title) for one in contracts]
        return self
