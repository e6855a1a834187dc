"""Importing a file that somebody else made: read by a child process, its drafts checked again on this side."""

from collections.abc import Mapping, Sequence

from portal.core.errors import Refused
from portal.core.language import say
from portal.core.reading import ChildReader
from portal.questionnaires.definition import Question, Questionnaire
from portal.questionnaires.importing.importing import GivenFile, ImportedDraft, ImportReport
from portal.questionnaires.rules.parsing import NOTHING_DEFINED, parse_questionnaire
from portal.questionnaires.toml_fields import UnsoundQuestionnaire
from portal.questionnaires.toml_reading import NotToml, read_toml

SECONDS = 60
MOST_COMPANIONS = 10
_reader = ChildReader("portal.questionnaires.importing.reading_child", SECONDS)


def import_apart(file: GivenFile, companions: Sequence[GivenFile] = ()) -> ImportReport:
    """What importing a file gives; raises Refused, NotRead when its reading had to be stopped."""
    if len(companions) > MOST_COMPANIONS:
        raise Refused(say("Au plus %(count)s fichiers joints.", count=MOST_COMPANIONS))
    found: ImportReport = _reader.read("import_files", file, tuple(companions))
    return found


def draft_in(toml: str, defined: Mapping[str, Question] = NOTHING_DEFINED) -> Questionnaire:
    """The draft that a TOML text holds, `defined` being the questions it may share; raises Refused without one."""
    try:
        return parse_questionnaire(read_toml(toml.encode("utf-8", "replace")), defined, draft=True)
    except NotToml as error:
        raise Refused(error.problem.message) from error
    except UnsoundQuestionnaire as error:
        raise Refused(error.defects[0].message) from error


def under_key(draft: ImportedDraft, key: str) -> str:
    """The text of the draft, under another key when its own is taken: the key is its first line."""
    own = f'key = "{draft.key}"\n'
    return f'key = "{key}"\n' + draft.toml.removeprefix(own)
