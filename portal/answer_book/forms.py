"""The form of the answer book: the questionnaire of somebody else, handed in."""

from flask_wtf.file import FileField, FileRequired

from portal.web.forms import PortalForm
from portal.web.text import lazy


class ForeignForm(PortalForm):
    """A questionnaire to fill."""

    file = FileField(
        lazy("Le questionnaire à remplir"),
        [FileRequired(lazy("Choisissez un fichier."))],
        description=lazy("Excel (XLSX) ou Word (DOCX), 10 Mo au plus."),
    )
