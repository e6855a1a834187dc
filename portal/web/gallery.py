"""The page that shows every component in every variant; development only, its sentences are samples."""

from typing import Any

from flask import render_template
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.errors import NotFound
from portal.core.language import say
from portal.web.edge import request_time
from portal.web.forms import PortalForm

PAGES = {"": "components.html", "portfolio": "components/portfolio.html"}
SOUND = {"name": "Hébergeur Provence SAS", "siren": "552100554", "country": "FR", "tier": "3", "data": ["identity"]}
REFUSED = MultiDict({"refused-name": "Atelier Numérique du Rhône", "refused-country": "FR"})


class SampleForm(PortalForm):
    """One field of each kind."""

    name = StringField("Raison sociale", [InputRequired("Indiquez la raison sociale.")])
    siren = StringField(
        "SIREN", [InputRequired("Indiquez les neuf chiffres du SIREN.")], description="Il figure au bas des factures."
    )
    country = SelectField(
        "Pays", [InputRequired()], choices=[SelectChoice("FR", "France"), SelectChoice("IE", "Irlande")]
    )
    start = DateField("Début du contrat", [Optional()])
    tier = RadioField(
        "Criticité",
        [InputRequired("Choisissez la criticité.")],
        choices=[SelectChoice(str(n), word) for n, word in enumerate(("Léger", "Standard", "Élevé", "Critique"), 1)],
    )
    data = SelectMultipleField(
        "Catégories de données",
        choices=[SelectChoice("identity", "Identité"), SelectChoice("health", "Santé"), SelectChoice("bank", "Banque")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    notes = TextAreaField("Note interne", [Optional()], description="Le prestataire ne la voit jamais.")
    proof = FileField("Accord signé", [Optional()], description="PDF ou DOCX, 100 Mo au plus.")
    sub = BooleanField("Fait appel à des sous-traitants ultérieurs")


def render(page: str = "") -> str:
    """One page of the gallery; raises NotFound for a page that it does not have."""
    if page not in PAGES:
        raise NotFound(say("Cette page de composants n'existe pas."))
    return render_template(PAGES[page], form=_form(data=SOUND), wrong_form=_refused(), moment=request_time())


def _form(**kwargs: Any) -> SampleForm:
    return SampleForm(meta={"csrf": False}, **kwargs)


def _refused() -> SampleForm:
    form = _form(formdata=REFUSED, prefix="refused-")
    form.validate()
    return form
