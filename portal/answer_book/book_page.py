"""What a vendor sees of a form that was filled: what was found, what was not, and the file to take away."""

from base64 import b64encode
from collections.abc import Container
from pathlib import PurePath

from portal.answer_book.filling import BookRow, FilledForm
from portal.core.dataclass import dataclass

MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LONGEST_NAME = 120


@dataclass(frozen=True)
class BookPage:
    """A filled form, ready to be shown; nothing of it is kept, so that the page itself carries the file."""

    filled: tuple[BookRow, ...]
    unplaced: tuple[BookRow, ...]
    """Asked by us too and answered, in a way that this cell does not take without a doubt."""
    unsaid: tuple[BookRow, ...]
    """Asked by us too, and never answered."""
    unknown: tuple[BookRow, ...]
    """Nothing of ours asks the same."""
    filename: str
    href: str
    in_tables: bool
    """Rows are those of the tables of a document, not of sheets."""

    @property
    def total(self) -> int:
        """Questions of the form."""
        return len(self.filled) + len(self.unplaced) + len(self.unsaid) + len(self.unknown)


def book_page(form: FilledForm, filename: str, signed: Container[str]) -> BookPage:
    """Sort the rows of a form by what became of them."""
    empty = [row for row in form.rows if row.value is None]
    known = [row for row in empty if row.key is not None]
    content = b64encode(form.content).decode()
    return BookPage(
        filled=tuple(row for row in form.rows if row.value is not None),
        unplaced=tuple(row for row in known if row.key in signed),
        unsaid=tuple(row for row in known if row.key not in signed),
        unknown=tuple(row for row in empty if row.key is None),
        filename=filled_name(filename, form.kind),
        href=f"data:{MEDIA[form.kind]};base64,{content}",
        in_tables=form.kind == "docx",
    )


def filled_name(filename: str, kind: str) -> str:
    r"""The name under which a filled form is saved.

    >>> filled_name("C:\\audits\\Questionnaire.v2.XLSX", "xlsx"), filled_name("", "docx")
    ('Questionnaire.v2-rempli.xlsx', 'questionnaire-rempli.docx')
    """
    stem = PurePath(filename.replace("\\", "/")).stem[:LONGEST_NAME].strip() or "questionnaire"
    return f"{stem}-rempli.{kind}"
