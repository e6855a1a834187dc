"""Forms of a signature recorded: when, the copy, why it is taken back."""

from collections.abc import Iterable

from flask_wtf.file import FileField, FileRequired
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.vendors.models import Service
from portal.vendors.services import LONGEST_REASON
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm, SelectField
from portal.web.text import lazy

SEVERAL = 2
ALL_SERVICES = "toutes"


class SignatureForm(PortalForm):
    """A contract recorded as signed: when, and the copy that was signed."""

    signed_on = DayField(lazy("Signé le"), required=True)
    file = FileField(
        lazy("Exemplaire signé"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("PDF signé ou numérisé, ou image (PNG, JPG). Il est chiffré dès son arrivée."),
    )  # fmt: skip


class ServiceSignatureForm(SignatureForm):
    """The same for a contract whose text was not drafted here: which service it is for is asked."""

    service = SelectField(
        lazy("Prestation"), [InputRequired(REQUIRED)], coerce=str,
        description=lazy("Celle dont parle ce contrat : il n'en est pas un pour une autre."),
    )  # fmt: skip

    def offer(self, services: Iterable[Service]) -> None:
        """Ask for which service it was signed, of a vendor that does several things for us."""
        names = [SelectChoice(one.id, one.name) for one in services]
        if len(names) < SEVERAL:
            del self.service
            return
        self.service.choices = [
            SelectChoice("", lazy("Choisissez")), SelectChoice(ALL_SERVICES, lazy("Toutes ses prestations")), *names
        ]  # fmt: skip

    @property
    def service_id(self) -> int | None:
        """The service it was signed for; none when it was for all."""
        chosen = "" if self.service is None else str(self.service.data or "")
        return int(chosen) if chosen.isdecimal() else None


class ReceivedSignatureForm(ServiceSignatureForm):
    """The same for a contract received, whose file may be the signed copy."""

    file = FileField(
        lazy("Exemplaire signé"),
        description=lazy("PDF signé ou numérisé, ou image (PNG, JPG). À défaut, le PDF reçu est l'exemplaire signé."),
    )


class CancelSignatureForm(PortalForm):
    """Why a record of signature is taken back."""

    reason = LongTextField(
        lazy("Motif"), [InputRequired(REQUIRED), Length(max=LONGEST_REASON)],
        description=lazy("Signature enregistrée par erreur, contrat résilié… La raison reste au journal."),
        render_kw={"rows": 3},
    )  # fmt: skip
