"""Forms that decide of a contract whose period ends: shape and syntax only."""

from collections.abc import Sequence
from typing import Self

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.contracts.rules.deadlines import LONGEST
from portal.contracts.rules.model import ContractTemplate
from portal.contracts.services import LONGEST_MOTIVE
from portal.core.language import Language
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


class MotiveForm(PortalForm):
    """Why it is decided: enough to let a contract run, or to ask for its renegotiation."""

    last = HiddenField()
    """Number of the newest decision that the page showed."""

    motive = LongTextField(
        lazy("Pourquoi"), [InputRequired(REQUIRED), Length(max=LONGEST_MOTIVE)], render_kw={"rows": 2},
        description=lazy("Relu l'an prochain, avec votre nom et la date."),
    )  # fmt: skip


class RenewalForm(MotiveForm):
    """A renewal that both sides signed."""

    title = TextField(lazy("Titre de l'avenant"), [InputRequired(REQUIRED), Length(max=300)])
    months = WholeNumberField(
        lazy("Durée ajoutée, en mois"),
        [InputRequired(REQUIRED), Between(1, LONGEST)],
        description=lazy("À compter de la fin de la période en cours."),
    )
    signed_on = DayField(lazy("Signé le"), required=True)
    file = FileField(
        lazy("Avenant signé"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("PDF signé ou numérisé, ou image (PNG, JPG). Le terme est reporté une fois sa copie lue."),
    )  # fmt: skip


class NoticeForm(MotiveForm):
    """The letter that ends a contract, with its proof."""

    letter_on = DayField(lazy("Date de la lettre"), required=True)
    file = FileField(
        lazy("Preuve de la dénonciation"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("La lettre et son avis de réception, ou l'accusé du sous-traitant : PDF ou image (PNG, JPG)."),
    )  # fmt: skip
    last_day = DayField(
        lazy("Dernier jour, si le contrat compte autrement"),
        description=lazy("Laissez vide : il est calculé d'après la durée et le préavis du contrat."),
    )


class AmendmentForm(PortalForm):
    """What the amendment of a contract that was not drafted here starts from."""

    template = SelectField(lazy("Modèle"))

    def offering(self, templates: Sequence[ContractTemplate], language: Language) -> Self:
        """The same form, with the templates of the library."""
        self.template.choices = [SelectChoice(one.key, one.title.said_in(language)) for one in templates]
        return self
