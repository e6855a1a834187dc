"""Forms of a signature recorded: when, the copy, why it is taken back."""

from flask_wtf.file import FileField, FileRequired
from wtforms.validators import InputRequired, Length

from portal.vendors.services import LONGEST_REASON
from portal.web.forms import REQUIRED, DayField, LongTextField, PortalForm
from portal.web.text import lazy


class SignatureForm(PortalForm):
    """A contract recorded as signed: when, and the copy that was signed."""

    signed_on = DayField(lazy("Signé le"), required=True)
    file = FileField(
        lazy("Exemplaire signé"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("PDF signé ou numérisé, ou image (PNG, JPG). Il est chiffré dès son arrivée."),
    )  # fmt: skip


class ReceivedSignatureForm(SignatureForm):
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
