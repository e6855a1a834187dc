"""Making the archive of a file and keeping it in the store."""

from tempfile import SpooledTemporaryFile

from portal.authority.models import AuthorityFile
from portal.authority.package import write_archive
from portal.authority.rules import file_name
from portal.authz.context import Context
from portal.core import process
from portal.core.files import Blob

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of an archive beyond which it is written on disk while it is made."""


def build_archive(ctx: Context, row: AuthorityFile) -> Blob:
    """The archive of a file in the store, kept by no row yet; made outside any writing transaction."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as out:
        write_archive(ctx, row.content, out, built_at=row.asked_at, built_by=row.asked_by)
        out.seek(0)
        return process.store().put(out, filename=file_name(row.label, row.as_of), allowed={"zip"}, made_here=True)
