"""The kinds of file accepted, and how one is recognised: by its content, whatever its name says."""

import unicodedata
from collections.abc import Collection
from typing import IO, TYPE_CHECKING

from portal.core.archives import Limits, Unsafe
from portal.core.dataclass import dataclass
from portal.core.files import office
from portal.core.files.refusals import WrongType
from portal.core.files.text import is_active, is_plain_text
from portal.core.language import N_, say
from portal.core.late import late

if TYPE_CHECKING:
    import filetype
else:
    filetype = late("filetype")

LONGEST_NAME = 150
HEAD = 8192
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Kind:
    """A kind of file: the extension we know it by and its media type."""

    extension: str
    media_type: str

    @property
    def name(self) -> str:
        """How a sentence names it, in every language."""
        return self.extension.upper()


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
KINDS = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf"),
        Kind("docx", _OPEN_XML + "wordprocessingml.document"),
        Kind("xlsx", _OPEN_XML + "spreadsheetml.sheet"),
        Kind("pptx", _OPEN_XML + "presentationml.presentation"),
        Kind("odt", _ODF + "text"),
        Kind("ods", _ODF + "spreadsheet"),
        Kind("odp", _ODF + "presentation"),
        Kind("png", "image/png"),
        Kind("jpg", "image/jpeg"),
        Kind("csv", "text/csv"),
        Kind("txt", "text/plain"),
        Kind("zip", "application/zip"),
    )
}
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "text": "txt"}
EVIDENCE = frozenset(KINDS) - {"zip"}
"""What a vendor may hand in as proof."""
TABLES = frozenset({"csv", "xlsx"})
TEXTS = frozenset({"csv", "txt"})
AS_IS = {"pdf": "pdf", "png": "png", "apng": "png", "jpg": "jpg"}
"""What filetype's answer is enough for."""

INSTEAD = {
    "ole": N_(
        "« %(name)s » date d'Office 97 ou exige un mot de passe : enregistrez-le en %(kind)s, sans mot de passe."
    ),
    "active": N_("« %(name)s » contient une page web, une image SVG ou un programme : il n'a pas été conservé."),
}
OTHERWISE = N_("« %(name)s » se dit %(kind)s, mais son contenu est de type %(found)s : il n'a pas été conservé.")


def display_name(name: str) -> str:
    r"""A file name fit to be shown; it is never used as a path.

    >>> display_name(r"C:\audits\Attestation  ISO.PDF"), display_name("../../etc/passwd"), display_name("\x00 . ")
    ('Attestation ISO.PDF', 'passwd', 'fichier')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Marks that hide or reverse letters go: they make « facture[RLO]fdp.exe » look like a PDF.
    kept = "".join(" " if c.isspace() else c for c in last if c.isspace() or c.isprintable())
    shown = " ".join(kept.split()).strip(" .")
    stem, dot, extension = shown.rpartition(".")
    if dot and len(shown) > LONGEST_NAME:
        extension = extension[:10]
        shown = f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip()}.{extension}"
    return shown[:LONGEST_NAME] or "fichier"


def claimed(name: str, allowed: Collection[str]) -> Kind:
    """The kind a name claims, asked before anything is read; raises WrongType when it is not in `allowed`."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    extension = ALIASES.get(extension, extension)
    if extension not in allowed or extension not in KINDS:
        accepted = ", ".join(kind.name for kind in KINDS.values() if kind.extension in allowed)
        raise WrongType(
            say(
                "« %(name)s » : ce type de fichier n'est pas accepté. Sont acceptés : %(accepted)s.",
                name=name,
                accepted=accepted,
            )
        )
    return KINDS[extension]


def confirm(file: IO[bytes], name: str, kind: Kind, limits: Limits) -> None:
    """Check that the content is of the kind claimed; raises WrongType or Unsafe with what it is instead."""
    try:
        found = recognise(file, kind, limits)
    except (Unsafe, WrongType) as refusal:
        # What looks into archives does not know their names; of several files given at once, it must be told which.
        raise type(refusal)(say("« %(name)s » : %(why)s", name=name, why=refusal.sentence)) from refusal
    if found == kind.extension:
        return
    if found is None:
        raise WrongType(
            say(
                "« %(name)s » n'est pas un fichier %(kind)s lisible : enregistrez-le à nouveau, puis réessayez.",
                name=name,
                kind=kind.name,
            )
        )
    raise WrongType(say(INSTEAD.get(found, OTHERWISE), name=name, kind=kind.name, found=found.upper()))


def recognise(file: IO[bytes], kind: Kind, limits: Limits) -> str | None:
    """The extension the content deserves (not always one we accept), or None when nothing recognises it."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(OLE):
        return "ole"
    if head.startswith(b"PK\x03\x04"):
        return office.identify_office_file(file, limits) or "zip"
    if kind.extension in TEXTS and is_plain_text(file):
        # Asked before the magic numbers: two letters such as « BM » begin a bitmap as well as a list of vendors.
        return kind.extension
    guess = filetype.guess(head)
    if guess is not None:
        return AS_IS.get(guess.extension, str(guess.extension))
    if is_active(head):
        return "active"
    return None
