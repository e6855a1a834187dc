"""Forms of a list of vendors handed in."""

from flask_wtf.file import FileField, FileRequired

from portal.vendors.rules.status import VendorStatus
from portal.vendors.wording import labels
from portal.web.forms import PortalForm, SelectField, choices
from portal.web.text import lazy


class UploadForm(PortalForm):
    """A list handed in."""

    file = FileField(lazy("Liste de sous-traitants"), [FileRequired(lazy("Choisissez d'abord un fichier."))])

    def listed(self, most: int) -> tuple[str, bytes]:
        """The name and content of the file: one byte more than allowed is enough to refuse it."""
        return self.file.data.filename or "", self.file.data.read(most + 1)


class ConfirmForm(PortalForm):
    """The status that imported vendors receive, asked just before importing."""

    status_given = SelectField(
        lazy("Statut de ces sous-traitants"), choices=choices(VendorStatus, labels(VendorStatus)), coerce=VendorStatus,
        default=VendorStatus.ACTIVE,
    )  # fmt: skip
