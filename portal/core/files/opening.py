"""A file handed in is opened, in a child process, before it is kept: one cut on its way looks whole by its name and
its first bytes.
"""

from typing import IO, cast

from portal.core import logs
from portal.core.archives import Unsafe
from portal.core.documents.handed_file import HandedFile
from portal.core.documents.printing import PrintingError
from portal.core.files.active import Embedded, Opened
from portal.core.files.kinds import TEXTS, Kind
from portal.core.files.refusals import ActiveContent, Unopened
from portal.core.language import N_, Sentence, say
from portal.core.reading import ChildReader, NotRead

SECONDS = 45.0
"""Waiting for one's turn and starting the child included; the largest PDF accepted takes two."""
SENT_WHOLE = 1024 * 1024
"""Bytes up to which a file goes to the child by value: such a one is in memory, and stays off the disk."""

log = logs.get_logger()
_child = ChildReader("portal.core.files.opening_child", SECONDS)
_WHY = {
    "cut": N_(
        "« %(name)s » n'est pas entier : la fin du fichier manque. Il n'a pas été conservé. Ouvrez l'original, "
        "enregistrez-le ou téléchargez-le à nouveau, puis renvoyez-le."
    ),
    "damaged": N_(
        "« %(name)s » est endommagé : il ne s'ouvre pas. Il n'a pas été conservé. Ouvrez l'original, enregistrez-le "
        "à nouveau en %(kind)s, puis renvoyez-le."
    ),
    "password": N_(
        "« %(name)s » demande un mot de passe pour s'ouvrir : il n'a pas été conservé. Enregistrez-le sans mot de "
        "passe, puis renvoyez-le ; il est chiffré dès son arrivée."
    ),
    "pixels": N_(
        "« %(name)s » est une image trop grande : il n'a pas été conservé. Réduisez-la, ou enregistrez-la en PDF."
    ),
}
_STOPPED = N_(
    "« %(name)s » n'a pas pu être ouvert : il n'a pas été conservé. Réessayez ; si cela recommence, enregistrez-le à "
    "nouveau ou coupez-le en plusieurs fichiers."
)


def open_apart(file: IO[bytes], size: int, name: str, kind: Kind) -> tuple[Embedded, ...]:
    """Open a file of `size` bytes in the child; what it holds beside its text.

    Raises Unopened with what is wrong with it, ActiveContent with what would run in it, by its name.
    """
    if kind.extension in TEXTS:
        return ()  # read from end to end when it was recognised
    try:
        opened = _opened(file, size, kind)
    except Unsafe as refusal:  # of an archive inside it
        raise Unsafe(say("« %(name)s » : %(why)s", name=name, why=refusal.sentence)) from refusal
    if opened.trouble:
        raise Unopened(Sentence(_WHY.get(opened.trouble, _STOPPED), {"name": name, "kind": kind.name}))
    if opened.active is not None:
        raise ActiveContent(opened.active.refusal(name))
    return opened.embedded


def _opened(file: IO[bytes], size: int, kind: Kind) -> Opened:
    """What the child found; « stopped » when it gave no answer."""
    file.seek(0)
    try:
        if size <= SENT_WHOLE:
            return cast("Opened", _child.read("open_file", file.read(), kind.extension))
        file.flush()
        return cast("Opened", _child.read("open_file", HandedFile(file.fileno()), kind.extension))
    except (NotRead, PrintingError) as failure:
        # A library may stumble in ways it does not declare: a file that is not opened is not kept, whatever the reason.
        log.warning("file not opened", kind=kind.extension, size=size, why=str(failure))
        return Opened("stopped")
