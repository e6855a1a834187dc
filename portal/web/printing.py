"""The two files of a document that a job prints: how far it is, the files, another chance for a job given up."""

from flask import flash, jsonify, redirect
from flask.typing import ResponseReturnValue

from portal.core.errors import GONE, NotFound
from portal.jobs.printing import PrintedDocument
from portal.web.downloads import download
from portal.web.text import _


def progress(made: PrintedDocument, following: str, *, given_up: bool) -> ResponseReturnValue:
    """How many of the two files are there, and where the page that waits goes once nothing is awaited."""
    done = sum(one is not None for one in (made.docx_file, made.pdf_file))
    over = made.is_printed or given_up
    return jsonify(
        done=done, total=2, message=_("Prêt") if over else _("En préparation"), next=following if over else None
    )


def file_of(made: PrintedDocument, kind: str, absent: str = GONE) -> ResponseReturnValue:
    """The Word file or the PDF, always as an attachment; raises NotFound with the words given."""
    stored = made.docx_file if kind == "docx" else made.pdf_file
    if stored is None:
        raise NotFound(absent)
    return download(stored)


def printing_again(where: str, *, started: bool) -> ResponseReturnValue:
    """Back to the page, told whether a printing was started again."""
    if started:
        flash(_("L'impression est relancée."))
    return redirect(where)
