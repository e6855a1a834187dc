"""Pieces of the vendor joined to answers from the page of a section: to one, or to all that they prove, at once."""

from flask import flash

from portal.audits import queries as audits
from portal.audits import services
from portal.audits.queries import AuditAnswers, asked_in
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.evidence.queries import pieces_of
from portal.vendor_space.offered_pieces import PieceShelf, QuestionOffer, offers_of, piece_shelf
from portal.vendor_space.questionnaire_text import SectionText
from portal.web import edge
from portal.web.text import current_language, ngettext, said


def shelf_of(sheet: AuditAnswers) -> PieceShelf:
    """The vendor's pieces beside an audit; three statements, whatever the number of questions."""
    ctx = edge.current()
    pieces = pieces_of(ctx, sheet.audit.vendor_id, to=Permission.SPACE_VIEW)
    return piece_shelf(sheet, pieces, audits.files_of(ctx, sheet.audit), asked_in(ctx, sheet), ctx.today)


def join_pieces(sheet: AuditAnswers, act: str, what: str) -> str:
    """Join the pieces that a button names, `question:12,15`, to its answer, or to all they prove; returns the question.

    What no longer fits is said, and the rest is joined.
    """
    ctx = edge.current()
    key, _sep, numbers = what.partition(":")
    ids = {int(number) for number in numbers.split(",") if number.isascii() and number.isdigit() and len(number) < 10}
    shelf = shelf_of(sheet)
    question = sheet.questionnaire.question(key)
    try:
        serving = {piece.id: piece for piece in shelf.serving(question)} if question is not None else {}
        chosen = [serving[number] for number in sorted(ids) if number in serving]
        if not chosen or question is None:
            raise Refused(N_("Ce fichier ne peut pas servir ici : il est périmé, écarté ou déjà joint."))
        others = [other for other in shelf.targets(ids) if other != key] if act == "partout" else []
        for target in (key, *others):
            for piece in chosen:
                services.attach_proof(ctx, sheet.audit, target, piece)
        count = 1 + len(others)
        flash(ngettext("C'est joint.", "C'est joint à %(num)s réponses.", count))
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    return key


def offers(shelf: PieceShelf, part: SectionText) -> dict[str, QuestionOffer]:
    """What is offered under each question of a section."""
    return offers_of(shelf, [text.question for text in part.questions], current_language())
