"""Reads of published questionnaires; a frozen text is parsed once per process and hash."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core.language import say
from portal.core.sought import beginnings
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.snapshot import read_snapshot
from portal.questionnaires.toml_fields import QuestionnaireDefect, UnsoundQuestionnaire
from portal.vendors.rules.naming import plain

_KEPT: dict[str, Questionnaire] = {}
_KEEP_AT_MOST = 64


def questionnaire_of(session: Session, version: QuestionnaireVersion) -> Questionnaire:
    """The frozen questionnaire of a version, checked against its hash.

    Raises UnsoundQuestionnaire when it was altered.
    """
    found = _KEPT.get(version.sha256)
    if found is None:
        content = session.scalar(select(QuestionnaireVersion.content).where(QuestionnaireVersion.id == version.id))
        found = read_snapshot(content or {})
        if found.sha256 != version.sha256:
            raise UnsoundQuestionnaire(
                (QuestionnaireDefect(version.key, say("Le texte figé ne correspond pas à son empreinte.")),)
            )
        if len(_KEPT) >= _KEEP_AT_MOST:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[version.sha256] = found
    return found


def versions(session: Session) -> Sequence[QuestionnaireVersion]:
    """Every published version, newest first."""
    return session.scalars(select(QuestionnaireVersion).order_by(QuestionnaireVersion.id.desc())).all()


def versions_titled(ctx: Context, words: Sequence[str]) -> dict[str, list[int]]:
    """For each plain word, the published versions whose title has a word that begins with it, in either language."""
    rows = ctx.session.execute(select(QuestionnaireVersion.id, QuestionnaireVersion.title)).all()
    titles = [(number, plain(" ".join(title.values())).split()) for number, title in rows]
    return {
        word: [number for number, title in titles if any(each.startswith(beginnings(word)) for each in title)]
        for word in words
    }
