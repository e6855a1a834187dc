"""A form handed in, read and filled in a child process."""

from portal.answer_book.rules.form import CellFill, ReadForm
from portal.core.errors import Refused
from portal.core.files import OLE, TooLarge
from portal.core.language import say
from portal.core.reading import ChildReader

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
SECONDS = 60.0
"""Of one reading or one filling, starting the child and waiting for one's turn included."""

_reader = ChildReader("portal.answer_book.files.form_child", SECONDS)


def read_form(data: bytes) -> ReadForm:
    """The questions of a form; raises Refused for a file that is none, too large, damaged or hostile."""
    if len(data) > MOST_BYTES:
        raise TooLarge(say("Ce formulaire dépasse %(limit)s Mo.", limit=MOST_BYTES // MEGABYTE))
    if data.startswith(OLE):
        raise Refused(
            say(
                "Ce fichier est protégé par un mot de passe, ou d'un format ancien (XLS, DOC) : enregistrez-le en XLSX "
                "ou en DOCX, sans mot de passe."
            )
        )
    if not data.startswith(b"PK\x03\x04"):
        raise Refused(say("Donnez un classeur Excel (XLSX) ou un document Word (DOCX)."))
    found: ReadForm = _reader.read("read_form", data)
    return found


def fill_form(data: bytes, fills: tuple[CellFill, ...]) -> bytes:
    """The same file with these answers; nothing else of it changes."""
    found: bytes = _reader.read("fill_form", data, fills)
    return found
