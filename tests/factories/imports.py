"""Questionnaires of other tools for tests: read into drafts, with what was lost."""

import json
from typing import Any

from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.importing.importing import GivenFile, ImportReport, import_files
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.toml_reading import read_toml


def imported(content: Any, *companions: str, name: str = "essai.json") -> ImportReport:
    """What importing this gives: text as it is, anything else as JSON."""
    data = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    return import_files(GivenFile(name, data), [GivenFile("joint.xml", one.encode()) for one in companions])


def drafts(report: ImportReport) -> list[Questionnaire]:
    """The drafts, as their files are read."""
    return [parse_questionnaire(read_toml(draft.toml.encode()), draft=True) for draft in report.drafts]


def draft(report: ImportReport) -> Questionnaire:
    """The only draft."""
    (found,) = drafts(report)
    return found


def lost(report: ImportReport, kind: str) -> list[str]:
    """The sentences of the losses of a kind."""
    return [str(loss.message) for loss in report.losses if loss.kind == kind]
