"""The file of a questionnaire of another tool, and those that complete it."""

from flask_wtf.file import FileField, FileRequired, MultipleFileField

from portal.web.forms import PortalForm
from portal.web.text import lazy


class ImportForm(PortalForm):
    """A file, and its companions."""

    file = FileField(lazy("Questionnaire"), [FileRequired(lazy("Choisissez d'abord un fichier."))])
    companions = MultipleFileField(lazy("Fichiers qui le complètent"))
