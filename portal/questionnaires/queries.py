"""Reads of questionnaires, published or being written; a frozen text is parsed once per process and hash."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_, say
from portal.core.sought import beginnings
from portal.core.statements import written_once
from portal.questionnaires.definition import Question, Questionnaire
from portal.questionnaires.models import OwnQuestion, OwnQuestionnaire, OwnSection, QuestionnaireVersion
from portal.questionnaires.rules.snapshot import frozen_question, read_snapshot
from portal.questionnaires.rules.writing import is_shared
from portal.questionnaires.toml_fields import QuestionnaireDefect, UnsoundQuestionnaire
from portal.vendors.rules.naming import plain

GONE = N_("Ce questionnaire n'existe pas, ou son fichier a un défaut.")
_KEPT: dict[str, Questionnaire] = {}
_KEEP_AT_MOST = 64


def _keep(sha256: str, found: Questionnaire) -> None:
    if len(_KEPT) >= _KEEP_AT_MOST:
        _KEPT.pop(next(iter(_KEPT)))
    _KEPT[sha256] = found


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
        _keep(version.sha256, found)
    return found


_PUBLISHED = (
    select(OwnQuestionnaire.key, QuestionnaireVersion.id, QuestionnaireVersion.sha256)
    .join(QuestionnaireVersion, QuestionnaireVersion.id == OwnQuestionnaire.published_id)
    .where(OwnQuestionnaire.archived_at.is_(None))
    .order_by(OwnQuestionnaire.id)
)


def published_own(session: Session) -> dict[str, Questionnaire]:
    """The questionnaires written in the portal that may be asked, by key, each as published; two statements at most."""
    rows = session.execute(_PUBLISHED).all()
    held = {row.sha256: kept for row in rows if (kept := _KEPT.get(row.sha256)) is not None}
    missing = [row.id for row in rows if row.sha256 not in held]
    if missing:
        contents = session.scalars(select(QuestionnaireVersion.content).where(QuestionnaireVersion.id.in_(missing)))
        for found in map(read_snapshot, contents):
            held[found.sha256] = found
            _keep(found.sha256, found)
    return {row.key: held[row.sha256] for row in rows}


@dataclass(frozen=True)
class OwnText:
    """A questionnaire being written: its rows, and the file they make."""

    own: OwnQuestionnaire
    sections: Sequence[OwnSection]
    questions: Mapping[int, Sequence[OwnQuestion]]
    """By section, in order."""

    @property
    def entries(self) -> list[OwnQuestion]:
        """Every question, in the order asked."""
        return [question for section in self.sections for question in self.questions[section.id]]

    @property
    def shared(self) -> frozenset[str]:
        """Keys of the questions that are defined elsewhere."""
        return frozenset(one.key for one in self.entries if is_shared(one.toml))


def own_text(session: Session, own: OwnQuestionnaire) -> OwnText:
    """The rows of a questionnaire being written, in order; two statements."""
    sections = session.scalars(
        select(OwnSection).where(OwnSection.questionnaire_id == own.id).order_by(OwnSection.place, OwnSection.id)
    ).all()
    questions: dict[int, list[OwnQuestion]] = {section.id: [] for section in sections}
    for question in session.scalars(
        select(OwnQuestion).where(OwnQuestion.questionnaire_id == own.id).order_by(OwnQuestion.place, OwnQuestion.id)
    ):
        questions[question.section_id].append(question)
    return OwnText(own, sections, questions)


def get_own(ctx: Context, own_id: int, *, to: Permission) -> OwnQuestionnaire:
    """A questionnaire written in the portal; raises NotFound."""
    authorize(ctx, to)
    own = ctx.session.get(OwnQuestionnaire, own_id)
    if own is None:
        raise NotFound(GONE)
    return own


def own_keyed(session: Session, key: str) -> OwnQuestionnaire | None:
    """The questionnaire written in the portal under a key, if any."""
    return session.scalar(select(OwnQuestionnaire).where(OwnQuestionnaire.key == key))


def published_version(session: Session, own: OwnQuestionnaire) -> QuestionnaireVersion | None:
    """The version of it that may be asked, if it was ever published."""
    return session.get(QuestionnaireVersion, own.published_id) if own.published_id is not None else None


def get_own_section(ctx: Context, own: OwnQuestionnaire, section_id: int) -> OwnSection:
    """A section of it; raises NotFound."""
    section = ctx.session.get(OwnSection, section_id)
    if section is None or section.questionnaire_id != own.id:
        raise NotFound(GONE)
    return section


def get_own_question(ctx: Context, own: OwnQuestionnaire, question_id: int) -> OwnQuestion:
    """A question of it; raises NotFound."""
    question = ctx.session.get(OwnQuestion, question_id)
    if question is None or question.questionnaire_id != own.id:
        raise NotFound(GONE)
    return question


@dataclass(frozen=True)
class OwnLine:
    """A questionnaire written in the portal, as the list shows it."""

    own: OwnQuestionnaire
    questions: int
    published: QuestionnaireVersion | None


def own_lines(session: Session) -> list[OwnLine]:
    """Every questionnaire written in the portal, those archived last; one statement."""
    counted = (
        select(OwnQuestion.questionnaire_id, func.count().label("questions"))
        .group_by(OwnQuestion.questionnaire_id)
        .subquery()
    )
    rows = session.execute(
        select(OwnQuestionnaire, func.coalesce(counted.c.questions, 0), QuestionnaireVersion)
        .outerjoin(counted, counted.c.questionnaire_id == OwnQuestionnaire.id)
        .outerjoin(QuestionnaireVersion, QuestionnaireVersion.id == OwnQuestionnaire.published_id)
        .order_by(OwnQuestionnaire.id.desc())
    ).all()
    lines = [OwnLine(own, questions, published) for own, questions, published in rows]
    return sorted(lines, key=lambda line: line.own.archived_at is not None)


def versions_asking(session: Session, key: str) -> list[int]:
    """The versions that ask a questionnaire, alone or among those composed for a vendor."""
    rows = session.execute(select(QuestionnaireVersion.id, QuestionnaireVersion.packs))
    return [number for number, packs in rows if key in packs]


def versions_of(session: Session, key: str) -> Sequence[QuestionnaireVersion]:
    """What was published under a key, newest first."""
    return session.scalars(
        select(QuestionnaireVersion).where(QuestionnaireVersion.key == key).order_by(QuestionnaireVersion.id.desc())
    ).all()


def keys_taken(session: Session) -> set[str]:
    """The keys of questionnaires that cannot be given again: written here, or published once."""
    own = session.scalars(select(OwnQuestionnaire.key))
    return {*own, *session.scalars(select(QuestionnaireVersion.key).distinct())}


def asked_before(session: Session, keys: Collection[str]) -> dict[str, Question]:
    """Of these keys, the questions that were ever published, each as it was last; one statement, a text at a time."""
    found: dict[str, Question] = {}
    contents = session.scalars(
        select(QuestionnaireVersion.content).order_by(QuestionnaireVersion.id).execution_options(yield_per=20)
    )
    for content in contents:
        for section in content["questionnaire"]["sections"]:
            for raw in section["questions"]:
                if raw["key"] in keys:
                    found[raw["key"]] = frozen_question(raw)
    return found


def versions(session: Session) -> Sequence[QuestionnaireVersion]:
    """Every published version, newest first."""
    return session.scalars(select(QuestionnaireVersion).order_by(QuestionnaireVersion.id.desc())).all()


def versions_titled(ctx: Context, words: Sequence[str]) -> dict[str, list[int]]:
    """For each plain word, the published versions whose title has a word that begins with it, in either language."""
    rows = ctx.session.execute(_titles()).all()
    titles = [(number, _words_of(" ".join(title.values()))) for number, title in rows]
    return {
        word: [number for number, title in titles if any(each.startswith(beginnings(word)) for each in title)]
        for word in words
    }


@written_once
def _titles() -> Select[int, dict[str, Any]]:
    return select(QuestionnaireVersion.id, QuestionnaireVersion.title)


@lru_cache(maxsize=256)
def _words_of(title: str) -> tuple[str, ...]:
    return tuple(plain(title).split())
