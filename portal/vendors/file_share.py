"""How much a vendor may have us keep: its files, each content once, within a share that is told before it is full."""

from sqlalchemy import func, select

from portal.authz.context import Context
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Blob
from portal.core.language import Sentence, say
from portal.core.stored import StoredFile, keep
from portal.vendors.models import Vendor

MEGABYTE = 1024 * 1024
NEARLY_FULL = 90
"""Per cent of a share from which it is a warning."""


class ShareFull(Refused):
    """The vendor has no room left for one more file."""


@dataclass(frozen=True)
class FileShare:
    """What is kept of a vendor's files, and how much may be; sizes in bytes."""

    files: int
    size: int
    most_files: int
    most_size: int

    @property
    def is_nearly_full(self) -> bool:
        """Whether it is time to say so."""
        return self.files * 100 >= self.most_files * NEARLY_FULL or self.size * 100 >= self.most_size * NEARLY_FULL

    @property
    def told(self) -> Sentence:
        """The share in words, in whole megabytes: what is used is rounded up."""
        return say(
            "Fichiers gardés : %(files)s sur %(most_files)s, %(size)s Mo sur %(most_size)s.",
            files=self.files, most_files=self.most_files,
            size=-(-self.size // MEGABYTE), most_size=self.most_size // MEGABYTE,
        )  # fmt: skip

    def must_hold(self, size: int) -> None:
        """Raise ShareFull when one more file of this size would not fit."""
        if self.files + 1 > self.most_files or self.size + size > self.most_size:
            raise ShareFull(
                say(
                    "Votre place est pleine : %(told)s Ce fichier n'a pas été conservé. Retirez de vos justificatifs "
                    "ceux qui n'ont pas été envoyés (leur place se libère dans la nuit), ou écrivez-nous.",
                    told=self.told,
                )
            )


def share_of(ctx: Context, vendor_id: int, *, but: str = "") -> FileShare:
    """The share of a vendor, less a content (by its digest) that is about to be kept again; one statement."""
    contents = (
        select(StoredFile.sha256, func.max(StoredFile.size).label("size"))
        .where(StoredFile.vendor_id == vendor_id, StoredFile.sha256 != but)
        .group_by(StoredFile.sha256)
        .subquery()
    )
    files, size = ctx.session.execute(select(func.count(), func.coalesce(func.sum(contents.c.size), 0))
                                      .select_from(contents)).one()  # fmt: skip
    told = process.settings()
    return FileShare(int(files), int(size), told.vendor_most_files, told.vendor_most_bytes)


def keep_given(ctx: Context, blob: Blob) -> StoredFile:
    """Keep a file that was just sealed; one that a vendor hands in counts in its share. Raises ShareFull.

    Two files handed in at once are counted one after the other: the second sees the first.
    """
    vendor_id = ctx.actor.vendor_id
    if vendor_id is None:
        return keep(ctx.session, blob, at=ctx.now)
    ctx.session.execute(select(Vendor.id).where(Vendor.id == vendor_id).with_for_update())
    share_of(ctx, vendor_id, but=blob.sha256).must_hold(blob.size)
    return keep(ctx.session, blob, at=ctx.now, vendor_id=vendor_id)
