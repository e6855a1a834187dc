"""One questionnaire of each format that is imported, written by us: what the importers' own tests read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.spreadsheets import write_xlsx
from portal.questionnaires import catalogue
from portal.questionnaires.importing.importing import GivenFile, ImportReport, import_files
from portal.questionnaires.importing.workbook import sheet_of
from tests.questionnaires.importing import (
    test_ciso_assistant,
    test_fit4,
    test_hecvat,
    test_madis,
    test_oscal,
    test_rdmo,
    test_surveyjs,
    test_vsaq,
)


@dataclass(frozen=True)
class ImportSample:
    """A file of a format, with those that go with it."""

    format_name: str
    name: str
    data: bytes
    companions: Sequence[GivenFile] = ()

    def imported(self) -> ImportReport:
        """What importing it gives."""
        return import_files(GivenFile(self.name, self.data), self.companions)


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


SAMPLES = (
    ImportSample("ciso-assistant", "library.yaml", test_ciso_assistant.LIBRARY.encode()),
    ImportSample(
        "vsaq", "vsaq.json",
        _json({"questionnaire": [{"type": "block", "text": "Our questions", "items": test_vsaq.ITEMS}]}),
    ),
    ImportSample("oscal", "catalog.json", _json(test_oscal.CATALOG)),
    ImportSample("fit4", "fit4.json", _json(test_fit4.QUESTIONS)),
    ImportSample("surveyjs", "survey.json", _json(test_surveyjs.SURVEY)),
    ImportSample("hecvat", "hecvat.json", _json(test_hecvat.FILE)),
    ImportSample("madis", "maturite.xml", test_madis.XML.encode()),
    ImportSample(
        "rdmo", "catalog.xml", test_rdmo.QUESTIONS.encode(),
        (GivenFile("options.xml", test_rdmo.OPTIONS.encode()),
         GivenFile("conditions.xml", test_rdmo.CONDITIONS.encode())),
    ),
    ImportSample("rdmo", "catalog.xml, seul", test_rdmo.QUESTIONS.encode()),
    ImportSample(
        "workbook", "socle-rgpd.xlsx", write_xlsx("Questions", *sheet_of(catalogue.load()["socle-rgpd"]))
    ),
)  # fmt: skip
