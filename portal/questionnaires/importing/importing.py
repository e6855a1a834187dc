"""One import from end to end: files in, drafts as TOML and losses out. Run in a child process (`reading_child`)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say
from portal.questionnaires.definition import Questionnaire, QuestionnaireSection
from portal.questionnaires.importing.drafting import Draft, gaps_of, questionnaire_of
from portal.questionnaires.importing.formats import format_of
from portal.questionnaires.importing.import_format import ImportFormat, Read
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.importing.losses import ImportLoss, LossKind, LossReport
from portal.questionnaires.importing.source import read_source
from portal.questionnaires.rules.conditions import elementary_conditions
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.writing import toml_of
from portal.questionnaires.toml_reading import MAX_BYTES, read_toml

_ROOM = 60_000
"""Bytes kept free under the size of a file that the catalogue reads: a person will complete it."""


@dataclass(frozen=True)
class GivenFile:
    """A file as it was handed in."""

    name: str
    data: bytes


@dataclass(frozen=True)
class ImportedDraft:
    """One questionnaire that was read, as the file it becomes."""

    key: str
    title: str
    toml: str
    sections: int
    questions: int
    choices: int
    conditions: int
    scored: int


@dataclass(frozen=True)
class ImportReport:
    """What an import gave."""

    format_name: str
    format_label: str
    drafts: tuple[ImportedDraft, ...]
    losses: tuple[ImportLoss, ...]

    @property
    def lost(self) -> tuple[ImportLoss, ...]:
        """What the source said and the drafts do not."""
        return tuple(loss for loss in self.losses if not loss.kind.stops_publication)

    @property
    def missing(self) -> tuple[ImportLoss, ...]:
        """What the drafts lack before they can be published."""
        return tuple(loss for loss in self.losses if loss.kind.stops_publication)


def import_files(file: GivenFile, companions: Sequence[GivenFile] = ()) -> ImportReport:
    """The drafts that a file gives, and every loss; raises Refused, in a sentence, for what is not read."""
    losses = LossReport()
    source = read_source(file.name, file.data)
    found = format_of(source)
    beside = [read_source(one.name, one.data) for one in companions]
    if beside and not found.takes_companions:
        for one in beside:
            losses.add(
                LossKind.REFERENCE, say("Ce format se lit sans fichier joint : celui-ci n'est pas lu."), one.name
            )
    read = found.read(source, beside, losses)
    taken: set[str] = set()
    drafts = []
    for questionnaire in _finished(read, found, losses):
        for part in _parts(questionnaire, losses):
            checked = _read_back(replace(part, key=free(part.key, taken)))
            taken.add(checked.key)
            gaps_of(checked, losses)
            drafts.append(_draft_of(checked))
    return ImportReport(found.name, found.label, tuple(drafts), tuple(losses))


def _finished(read: Read, found: ImportFormat, losses: LossReport) -> Iterator[Questionnaire]:
    refusal: Refused | None = None
    count = 0
    for one in read:
        if isinstance(one, Questionnaire):
            yield one
            count += 1
            continue
        try:
            draft: Draft = replace(one, origin=found.label)
            questionnaire = questionnaire_of(draft, losses)
        except Refused as error:
            refusal = error
            losses.add(LossKind.TEXT, error.sentence, one.source)
            continue
        count += 1
        yield questionnaire
    if not count:
        raise refusal or Refused(say("Ce fichier ne contient aucune question."))


def _read_back(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as its file will be read: one that could not be would be a fault of ours."""
    return parse_questionnaire(read_toml(toml_of(questionnaire, draft=True).encode()), draft=True)


def _draft_of(questionnaire: Questionnaire) -> ImportedDraft:
    questions = questionnaire.questions
    return ImportedDraft(
        key=questionnaire.key,
        title=questionnaire.title.fr or questionnaire.title.en,
        toml=toml_of(questionnaire, draft=True),
        sections=len(questionnaire.sections),
        questions=len(questions),
        choices=sum(len(one.choices) for one in questions if one.kind.writes_choices),
        conditions=sum(one.visible_if is not None for one in questions),
        scored=sum(one.scored for one in questions),
    )


def _parts(questionnaire: Questionnaire, losses: LossReport) -> list[Questionnaire]:
    """The questionnaire, or several when its file would be longer than the catalogue reads."""
    if len(toml_of(questionnaire, draft=True).encode()) <= MAX_BYTES - _ROOM:
        return [questionnaire]
    groups = list(_groups(questionnaire))
    parts = []
    for number, sections in enumerate(groups, start=1):
        here = {question.key for section in sections for question in section.questions}
        kept = tuple(_alone(section, here, losses) for section in sections)
        key = slug(f"{questionnaire.key} partie {number}", longest=70)
        parts.append(replace(questionnaire, key=key, sections=kept))
        losses.add(
            LossKind.GROUP,
            say("Trop long pour un seul fichier : coupé en %(count)s questionnaires.", count=len(groups)),
            key,
        )
    return parts


def _groups(questionnaire: Questionnaire) -> Iterator[list[QuestionnaireSection]]:
    """The sections, in order, by files that are short enough; a section too long by itself is cut."""
    room = MAX_BYTES - 2 * _ROOM
    current: list[QuestionnaireSection] = []
    size = 0
    for section in (piece for whole in questionnaire.sections for piece in _cut(questionnaire, whole, room)):
        weight = _weight(questionnaire, section)
        if current and size + weight > room:
            yield current
            current, size = [], 0
        if current and current[-1].key == section.key:
            current[-1] = replace(section, questions=(*current[-1].questions, *section.questions))
        else:
            current.append(section)
        size += weight
    if current:
        yield current


def _cut(questionnaire: Questionnaire, section: QuestionnaireSection, room: int) -> list[QuestionnaireSection]:
    if _weight(questionnaire, section) <= room or len(section.questions) < 2:
        return [section]
    half = len(section.questions) // 2
    halves = (section.questions[:half], section.questions[half:])
    return [piece for questions in halves for piece in _cut(questionnaire, replace(section, questions=questions), room)]


def _weight(questionnaire: Questionnaire, section: QuestionnaireSection) -> int:
    return len(toml_of(replace(questionnaire, sections=(section,)), draft=True).encode())


def _alone(section: QuestionnaireSection, here: set[str], losses: LossReport) -> QuestionnaireSection:
    """The section without the conditions that bear on a question of another file."""
    questions = []
    for question in section.questions:
        if any(among.question not in here for among in elementary_conditions(question.visible_if)):
            losses.add(
                LossKind.CONDITION, say("Condition sur une question d'un autre fichier : posée à tous."), question.key
            )
            question = replace(question, visible_if=None)  # noqa: PLW2901 - the question as it is kept
        questions.append(question)
    return replace(section, questions=tuple(questions))
