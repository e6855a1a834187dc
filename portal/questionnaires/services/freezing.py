"""Publication: the text, version and hash of a questionnaire enter the database and never change again."""

from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.journal import services as journal
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.snapshot import digest_of, snapshot_of


def publish(ctx: Context, questionnaire: Questionnaire) -> QuestionnaireVersion:
    """Freeze a questionnaire, or find it frozen already; the caller has authorised what it is published for."""
    digest = digest_of(questionnaire)
    found = ctx.session.scalar(select(QuestionnaireVersion).where(QuestionnaireVersion.sha256 == digest))
    if found is not None:
        return found
    version = QuestionnaireVersion(
        key=questionnaire.key,
        version=questionnaire.version,
        sha256=digest,
        packs=list(questionnaire.packs or (questionnaire.key,)),
        title={"fr": questionnaire.title.fr, "en": questionnaire.title.en},
        content=snapshot_of(questionnaire),
        published_at=ctx.now,
    )
    ctx.session.add(version)
    ctx.session.flush()
    after: dict[str, Any] = {"key": version.key, "version": version.version, "sha256": digest}
    if questionnaire.packs:
        after["packs"] = list(questionnaire.packs)
    journal.record(ctx, "questionnaire.published", version, after=after)
    return version
