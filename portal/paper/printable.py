"""The documents that come of a review, as neutral trees: what a lawyer may have printed."""

from collections.abc import Callable, Mapping

from portal.core.documents.tree import Document as Tree
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.paper import amending, freezing
from portal.paper.models import PaperReview, PrintKind
from portal.paper.rules.amending import Amended
from portal.paper.rules.ruling import Ruling

Rulings = Mapping[str, Ruling]


def tree_of(review: PaperReview, kind: PrintKind, rulings: Rulings, language: Language) -> Tree:
    """The tree of a document; raises Refused when the review leaves nothing to say in it."""
    return _BUILDERS[kind](review, rulings, language)


def offered() -> tuple[PrintKind, ...]:
    """The kinds of document that can be made."""
    return tuple(_BUILDERS)


def _amendment(review: PaperReview, rulings: Rulings, language: Language) -> Tree:
    check = freezing.thaw_check(review.findings)
    digest = review.stored_file.sha256 if review.stored_file else ""
    made = amending.amendment(check, language, Amended(review.title, digest), rulings=rulings)
    if made is None:
        raise Refused(N_("Rien n'est à demander : l'avenant serait vide."))
    return made.document


_BUILDERS: Mapping[PrintKind, Callable[[PaperReview, Rulings, Language], Tree]] = {PrintKind.AMENDMENT: _amendment}
