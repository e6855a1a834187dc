"""Forms of samples: what is asked of a vendor, why it is asked no longer, the file handed in."""

from decimal import Decimal

from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.core.language import N_
from portal.samples.rules.columns import SampleKind
from portal.samples.services import SampleRequest
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectField, WholeNumberField
from portal.web.text import lazy

CONFIDENCES = {"0.90": N_("90 %"), "0.95": N_("95 %, l'usage"), "0.99": N_("99 %")}
MARGINS = {"0.03": N_("3 points"), "0.05": N_("5 points, l'usage"), "0.10": N_("10 points")}


class AskSampleForm(PortalForm):
    """A sample to ask for."""

    kind = RadioField(
        lazy("Que voulez-vous mesurer ?"),
        choices=[
            SelectChoice(SampleKind.CASES.value, lazy("Des rétractations traitées")),
            SelectChoice(SampleKind.CALLS.value, lazy("Des appels sortants et leurs accords")),
        ],
        coerce=SampleKind,
        default=SampleKind.CASES,
    )
    period_from = DayField(lazy("Du"), required=True)
    period_to = DayField(lazy("Au"), required=True)
    population = WholeNumberField(
        lazy("Combien de dossiers sur cette période ?"),
        [InputRequired(REQUIRED), NumberRange(1, 100_000_000, message=lazy("Écrivez un nombre d'au moins 1."))],
        description=lazy("Le volume annoncé par le prestataire, même approximatif."),
        render_kw={"inputmode": "numeric"},
    )
    confidence = SelectField(
        lazy("Confiance voulue"), choices=[SelectChoice(v, lazy(n)) for v, n in CONFIDENCES.items()], default="0.95"
    )
    margin = SelectField(
        lazy("Précision voulue"), choices=[SelectChoice(v, lazy(n)) for v, n in MARGINS.items()], default="0.05"
    )
    size = WholeNumberField(
        lazy("Nombre de dossiers demandés"),
        [Optional(), NumberRange(1, 100_000, message=lazy("Écrivez un nombre de 1 à 100 000."))],
        description=lazy("Laissez vide pour le nombre proposé d'après le volume, la confiance et la précision."),
        render_kw={"inputmode": "numeric"},
    )
    due_on = DayField(lazy("À rendre au plus tard le"), required=True)
    note = LongTextField(lazy("Message au prestataire"), [Length(max=2000)], render_kw={"rows": 3})

    def order(self) -> SampleRequest:
        """What is asked."""
        return SampleRequest(
            kind=self.kind.data,
            period_from=self.period_from.data,
            period_to=self.period_to.data,
            population=self.population.data,
            confidence=Decimal(self.confidence.data),
            margin=Decimal(self.margin.data),
            size=self.size.data,
            due_on=self.due_on.data,
            note=self.note.data or "",
        )


class CancelSampleForm(PortalForm):
    """Why."""

    reason = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), Length(max=2000)], render_kw={"rows": 2})


class FileForm(PortalForm):
    """A file handed in."""

    file = FileField(lazy("Fichier"), [FileRequired(lazy("Choisissez un fichier."))], description=lazy("CSV ou XLSX."))
