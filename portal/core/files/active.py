"""What a document may hold beside its text: something that would run, which is refused, or something to be told of."""

from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say

MOST_TOLD = 20
"""Objects that are told of, of one file; of the others, only that there are some."""
HEAD = 4096
"""First bytes by which a content is known."""


class ActiveKind(StrEnum):
    """What would run, or leave, as soon as a document is opened or clicked upon."""

    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    SENDS = "sends"
    IMPORTS = "imports"
    ELSEWHERE = "elsewhere"
    MEDIA = "media"
    XFA = "xfa"
    MACROS = "macros"
    DDE = "dde"
    PROGRAM = "program"
    UNREAD = "unread"
    NESTED = "nested"


class EmbeddedKind(StrEnum):
    """What is harmless by itself, and not seen by reading the text."""

    FILE = "file"
    OBJECT = "object"
    MEDIA = "media"
    LINK = "link"
    MORE = "more"


ACTIVE_NAMES = {
    ActiveKind.JAVASCRIPT: N_("du code JavaScript"),
    ActiveKind.LAUNCH: N_("une action qui lance un programme"),
    ActiveKind.SENDS: N_("un formulaire qui envoie ailleurs ce qu'on y saisit"),
    ActiveKind.IMPORTS: N_("une action qui lit un fichier de celui qui l'ouvre"),
    ActiveKind.ELSEWHERE: N_("une action qui ouvre autre chose dès l'ouverture"),
    ActiveKind.MEDIA: N_("un contenu animé qui exécute du code"),
    ActiveKind.XFA: N_("un formulaire XFA qui exécute du code"),
    ActiveKind.MACROS: N_("des macros"),
    ActiveKind.DDE: N_("un lien DDE, qui peut lancer un programme"),
    ActiveKind.PROGRAM: N_("un programme"),
    ActiveKind.UNREAD: N_("un objet incorporé qui ne se lit pas"),
    ActiveKind.NESTED: N_("des fichiers emboîtés les uns dans les autres, trop profond pour être examinés"),
}
_REFUSED = N_(
    "« %(name)s » contient %(what)s (%(where)s) : il n'a pas été conservé. Enregistrez-en une copie sans ce contenu "
    "(« Imprimer », puis « Enregistrer au format PDF »), puis renvoyez-la."
)


@dataclass(frozen=True)
class Active:
    """What would run, and where in the document it is."""

    kind: ActiveKind
    where: Sentence

    def refusal(self, name: str) -> Sentence:
        """Why the file of this name is not kept, and what to do."""
        return Sentence(_REFUSED, {"name": name, "what": Sentence(ACTIVE_NAMES[self.kind]), "where": self.where})


@dataclass(frozen=True)
class Embedded:
    """A thing told of to who reads the document: its name in it, or the host a link leads to."""

    kind: EmbeddedKind
    name: str


@dataclass(frozen=True)
class Opened:
    """What the child answers of a file: what is wrong with it, or what would run in it, or what else it holds."""

    trouble: str = ""
    active: Active | None = None
    embedded: tuple[Embedded, ...] = ()


class ActiveFoundError(Exception):
    """Stops the look at a document at the first thing that would run."""

    def __init__(self, kind: ActiveKind, where: Sentence) -> None:
        self.active = Active(kind, where)
        super().__init__(str(where))


def told(found: list[Embedded]) -> tuple[Embedded, ...]:
    """Those that are told of, each once, in the order they were met."""
    once = list(dict.fromkeys(found))
    if len(once) <= MOST_TOLD:
        return tuple(once)
    return (*once[:MOST_TOLD], Embedded(EmbeddedKind.MORE, str(len(once) - MOST_TOLD)))


PROGRAM_ENDINGS = frozenset({
    "apk", "app", "bat", "cmd", "com", "command", "cpl", "dll", "dmg", "elf", "exe", "hta", "inf", "jar", "js",
    "jse", "lnk", "msi", "msix", "msp", "ocx", "pif", "pkg", "ps1", "psm1", "reg", "scf", "scr", "sh", "so", "sys",
    "url", "vbe", "vbs", "wll", "ws", "wsf", "wsh", "xll",
})  # fmt: skip
_PROGRAM_HEADS = (
    b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
"""Programs of Linux, of a shell, of macOS and of Java; a shortcut of Windows."""


def is_program(name: str, head: bytes) -> bool:
    r"""Whether a content, by its name or its first bytes, is for a machine to run rather than for a person to read.

    >>> is_program("setup.EXE", b""), is_program("image1.emf", b"#!/bin/sh"), is_program("annexe.pdf", b"%PDF-1.7")
    (True, True, False)
    """
    if name.rpartition(".")[2].strip().lower() in PROGRAM_ENDINGS and "." in name:
        return True
    return head.startswith(_PROGRAM_HEADS) or _is_windows_program(head)


def _is_windows_program(head: bytes) -> bool:
    """Two letters begin it, too few to tell: what they announce must be there as well."""
    if not head.startswith(b"MZ"):
        return False
    at = int.from_bytes(head[60:64], "little")
    return head[at : at + 2] in {b"PE", b"NE", b"LE", b"LX"} or b"This program" in head[:512]


def in_part(name: str) -> Sentence:
    """A place named by the part of the document it is in."""
    return say("dans « %(part)s »", part=name[:120])
