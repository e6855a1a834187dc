"""Publishing a questionnaire written in the portal, and taking it out of use; no version nor audit is ever touched."""

from dataclasses import replace

from portal.authz.context import Context, authorize
from portal.core.errors import Refused
from portal.core.language import say
from portal.journal import services as journal
from portal.questionnaires import queries
from portal.questionnaires.definition import Question
from portal.questionnaires.models import OwnQuestionnaire, QuestionnaireVersion
from portal.questionnaires.queries import OwnText
from portal.questionnaires.rules.own_document import (
    next_version,
)
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.snapshot import digest_of
from portal.questionnaires.services.freezing import publish
from portal.questionnaires.services.own_text import (
    WRITE,
    IncompleteQuestionnaire,
    defects_of,
    document_of,
    known_questionnaires,
    locked,
    reading_of,
)


def publish_own(ctx: Context, own: OwnQuestionnaire) -> QuestionnaireVersion:
    """Freeze what is written now under the next number; raises IncompleteQuestionnaire with all that stops it."""
    text = locked(ctx, own)
    defects = defects_of(ctx, text)
    if defects:
        raise IncompleteQuestionnaire(defects)
    last = queries.published_version(ctx.session, own)
    if last is not None and not differs(ctx, text, last):
        raise Refused(say("Rien n'a changé depuis la version %(version)s.", version=last.version))
    read = parse_questionnaire(document_of(text).raw(), _defined_elsewhere(ctx, own))
    version = publish(ctx, replace(read, version=number_of_next(ctx, own)))
    own.published_id, own.version = version.id, version.version
    ctx.session.flush()
    journal.record(
        ctx, "questionnaire.own_published", own, after={"version": version.version, "sha256": version.sha256}
    )
    return version


def number_of_next(ctx: Context, own: OwnQuestionnaire) -> str:
    """The number that the next publication bears."""
    last = queries.published_version(ctx.session, own)
    return next_version(last.version) if last is not None else own.version


def differs(ctx: Context, text: OwnText, version: QuestionnaireVersion) -> bool:
    """Whether what is written now says anything else than a version."""
    return digest_of(replace(reading_of(ctx, text), version=version.version)) != version.sha256


def _defined_elsewhere(ctx: Context, own: OwnQuestionnaire) -> dict[str, Question]:
    others = [one for key, one in known_questionnaires(ctx).items() if key != own.key]
    return {question.key: question for one in others for question in one.questions}


def archive_own(ctx: Context, own: OwnQuestionnaire) -> None:
    """Ask it no more; what was published stays readable, and the audits under way go on."""
    locked(ctx, own)
    own.archived_at = ctx.now
    journal.record(ctx, "questionnaire.archived", own, after={"archived_at": ctx.now})


def restore_own(ctx: Context, own: OwnQuestionnaire) -> None:
    """Let it be asked and changed again."""
    authorize(ctx, WRITE)
    ctx.session.refresh(own, with_for_update=True)
    before, own.archived_at = own.archived_at, None
    journal.record(ctx, "questionnaire.restored", own, before={"archived_at": before})
