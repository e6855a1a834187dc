"""Forms of decoys: shape and syntax only."""

from collections.abc import Sequence
from datetime import datetime, time

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core.clock import LEGAL_ZONE
from portal.decoys.rules import Means
from portal.decoys.services import MOST_PEOPLE, BatchSheet, ReceivedByHand
from portal.vendors.models import Service
from portal.vendors.wording import labels
from portal.web.forms import REQUIRED, Between, DayField, PortalForm, SelectField, TextField, WholeNumberField, choices
from portal.web.text import lazy


class BatchForm(PortalForm):
    """What is to be handed over, and how many invented people go with it."""

    vendor = TextField(
        lazy("Sous-traitant"),
        [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Son nom, tel qu'il est dans le registre."),
    )
    service_id = SelectField(lazy("Prestation"), coerce=lambda value: int(value) if value else None)
    name = TextField(
        lazy("Ce qui est remis"), [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("« Fichier clients de mars » : ce nom accusera le lot."),
    )  # fmt: skip
    number = WholeNumberField(
        lazy("Personnes inventées"), [InputRequired(REQUIRED), Between(1, MOST_PEOPLE)], default=5,
        description=lazy("Cinq suffisent pour un fichier ordinaire."),
    )  # fmt: skip

    def offering(self, services: Sequence[Service]) -> "BatchForm":
        """The form with the services of the vendor; without any, none is asked."""
        if not services:
            del self.service_id
        else:
            named = [SelectChoice(str(one.id), one.name) for one in services]
            self.service_id.choices = [SelectChoice("", lazy("Toutes, ou aucune en particulier")), *named]
        return self

    def sheet(self) -> BatchSheet:
        """What was typed."""
        chosen = self.service_id.data if "service_id" in self else None
        return BatchSheet(self.name.data, chosen, self.number.data)


class PlantedForm(PortalForm):
    """The day of the handing over."""

    on = DayField(lazy("Remis le"), required=True)


class ReceivedForm(PortalForm):
    """A letter, a call or a message that reached somebody invented."""

    means = RadioField(
        lazy("Ce qui est arrivé"),
        [InputRequired(REQUIRED)],
        choices=choices(Means, labels(Means)),
        coerce=Means,
        default=Means.POST,
    )
    on = DayField(lazy("Reçu le"), required=True)
    sender = TextField(
        lazy("Expéditeur"),
        [Length(max=254)],
        default="",
        description=lazy("Adresse, site ou nom, tel qu'il se présente."),
    )
    subject = TextField(lazy("De quoi s'agit-il"), [InputRequired(REQUIRED), Length(max=300)])
    name = TextField(
        lazy("Nom de la personne"),
        [Length(max=200)],
        default="",
        description=lazy("Pour un courrier, avec le code postal."),
    )
    postal_code = TextField(lazy("Code postal"), [Length(max=12)], default="")
    phone = TextField(lazy("Numéro appelé"), [Length(max=40)], default="", description=lazy("Pour un appel ou un SMS."))

    def told(self) -> ReceivedByHand:
        """What was typed; a day counts from its noon in Paris."""
        at = datetime.combine(self.on.data, time(12), LEGAL_ZONE)
        return ReceivedByHand(
            at, self.means.data, self.sender.data, self.subject.data, self.name.data, self.postal_code.data,
            self.phone.data,
        )  # fmt: skip
