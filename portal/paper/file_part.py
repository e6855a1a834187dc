"""What received contracts put in the file for the authority: what the reading of each found, as lawyers left it."""

from collections.abc import Iterator

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.history import rows_as_of
from portal.core.language import N_, Sentence, say
from portal.paper.models import PaperReview, ReviewState
from portal.paper.rules.check_result import LACKING, RequirementStatus
from portal.paper.rules.naming import REQUIREMENTS, SHORT_VERDICTS, STATUSES
from portal.web.file_parts import FileCell, FilePart, FileScope, FileTable, PartContent, unknown_before


def paper_content(ctx: Context, scope: FileScope) -> PartContent:
    """The contracts received from the vendors of a file and recorded as signed: status of each requirement."""
    past = rows_as_of(ctx.session, PaperReview, scope.before, parents=scope.vendor_ids)
    held = [one for one in past.rows if one.contract_id is not None and one.state is ReviewState.CHECKED]
    return PartContent(
        tables=(
            FileTable(
                name="lectures", title=N_("Contrats reçus et signés : ce que la lecture a trouvé"),
                columns=(N_("Contrat"), N_("Sous-traitant"), N_("Lecture")),
                rows=tuple(
                    (one.title, scope.named(one.vendor_id),
                     SHORT_VERDICTS[one.verdict].said_in(scope.language) if one.verdict else None)
                    for one in held
                ),
            ),
            FileTable(
                name="exigences", title=N_("Contrats reçus et signés, exigence par exigence"),
                columns=(N_("Contrat"), N_("Exigence"), N_("Ce que dit le texte")),
                rows=tuple(row for one in held for row in _requirements(one, scope)),
            ),
        ),
        gaps=(*unknown_before(past, say("Lecture des contrats reçus et signés")), *_missing(held)),
    )  # fmt: skip


def _requirements(review: PaperReview, scope: FileScope) -> Iterator[tuple[FileCell, ...]]:
    for name, title in REQUIREMENTS.items():
        status = review.statuses.get(name)
        yield (
            review.title, title.said_in(scope.language),
            STATUSES[RequirementStatus(status)].said_in(scope.language) if status else None,
        )  # fmt: skip


def _missing(held: list[PaperReview]) -> Iterator[Sentence]:
    for one in held:
        said = {name: RequirementStatus(status) for name, status in one.statuses.items()}
        shown = [status for name, status in said.items() if name in REQUIREMENTS]
        if lacking := sum(status in LACKING for status in shown):
            yield say("« %(title)s » : exigences non trouvées, contredites ou en blanc : %(count)s.", title=one.title,
                      count=lacking)  # fmt: skip
        if doubtful := sum(not status.holds and status not in LACKING for status in shown):
            yield say("« %(title)s » : exigences à revoir, ou renvoyées à un document absent : %(count)s.",
                      title=one.title, count=doubtful)  # fmt: skip
        if besides := sum(status in LACKING for name, status in said.items() if name not in REQUIREMENTS):
            yield say("« %(title)s » : autres points du contrôle, hors du tableau, non trouvés, contredits ou en "
                      "blanc : %(count)s.", title=one.title, count=besides)  # fmt: skip


PARTS = (
    FilePart(
        key="lectures", order=32, title=N_("Lecture des contrats reçus et signés"), permission=Permission.PAPER_VIEW,
        find=paper_content,
    ),
)  # fmt: skip
