"""Forms of published terms: shape and syntax only."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField
from wtforms.validators import InputRequired, Length

from portal.published_terms.rules.addresses import LONGEST_ADDRESS
from portal.published_terms.rules.watching import DriftVerdict, PageKind
from portal.published_terms.services import LONGEST_REASON, LONGEST_TITLE, PageSheet
from portal.vendors.wording import labels
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, LongTextField, PortalForm, SelectField, TextField, choices
from portal.web.text import lazy

LONGEST_TEXT = 500_000
"""Characters of a pasted page."""


class PageForm(EditForm):
    """A page to watch."""

    title = TextField(
        lazy("Nom de la page"), [InputRequired(REQUIRED), Length(max=LONGEST_TITLE)],
        description=lazy("« Accord de traitement », « Sous-traitants ultérieurs »."),
    )  # fmt: skip
    page_kind = SelectField(
        lazy("Ce qui y est publié"), choices=choices(PageKind, labels(PageKind)), coerce=PageKind,
        default=PageKind.AGREEMENT,
    )  # fmt: skip
    address = TextField(
        lazy("Adresse"), [Length(max=LONGEST_ADDRESS)], default="", render_kw={"inputmode": "url"},
        description=lazy("https://… : facultative tant que vous collez le texte."),
    )  # fmt: skip
    is_fetched = BooleanField(
        lazy("Ce serveur lit la page à son adresse, une fois par semaine"),
        description=lazy("Rien ne sort de ce serveur tant que ce n'est pas coché. Le site verra son adresse."),
    )

    def sheet(self) -> PageSheet:
        """What was typed."""
        return PageSheet(self.title.data, self.page_kind.data, self.address.data or "", bool(self.is_fetched.data))


class NewPageForm(PageForm):
    """A page to watch, of a vendor named."""

    vendor = TextField(
        lazy("Sous-traitant"),
        [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Son nom, tel qu'il est dans le registre."),
    )


class TextForm(PortalForm):
    """What a page says today: a file, or its text."""

    file = FileField(lazy("Fichier"), description=lazy("Page enregistrée (HTML), PDF, Word (DOCX), ODT ou texte."))
    text = LongTextField(
        lazy("Ou le texte de la page"),
        [Length(max=LONGEST_TEXT, message=lazy("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_TEXT))],
        render_kw={"rows": 12},
    )

    @property
    def uploaded(self) -> Any:
        """The file that was chosen, if any."""
        return self.file.data if getattr(self.file.data, "filename", "") else None


class ExamineForm(PortalForm):
    """What a drift comes to."""

    verdict = SelectField(
        lazy("Suite à donner"), choices=choices(DriftVerdict, labels(DriftVerdict)), coerce=DriftVerdict
    )
    reason = LongTextField(
        lazy("Pourquoi"), [Length(max=LONGEST_REASON)], render_kw={"rows": 3},
        description=lazy("Demandé pour un faux positif : c'est ce qui servira à mieux lire."),
    )  # fmt: skip
