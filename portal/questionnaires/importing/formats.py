"""The formats that are read: the one table of them."""

from portal.core.errors import Refused
from portal.core.language import say
from portal.questionnaires.importing import ciso_assistant, fit4, hecvat, madis, oscal, rdmo, surveyjs, vsaq, workbook
from portal.questionnaires.importing.import_format import ImportFormat
from portal.questionnaires.importing.source import ImportSource

FORMATS = (
    ImportFormat("ciso-assistant", "CISO Assistant (YAML)", ciso_assistant.recognises, ciso_assistant.read),
    ImportFormat("vsaq", "VSAQ (JSON)", vsaq.recognises, vsaq.read),
    ImportFormat("oscal", "OSCAL (JSON)", oscal.recognises, oscal.read),
    ImportFormat("fit4", "Fit4Cybersecurity (JSON)", fit4.recognises, fit4.read),
    ImportFormat("surveyjs", "SurveyJS (JSON)", surveyjs.recognises, surveyjs.read),
    ImportFormat("hecvat", "HECVAT (JSON)", hecvat.recognises, hecvat.read),
    ImportFormat("madis", "Madis (XML)", madis.recognises, madis.read),
    ImportFormat("rdmo", "RDMO (XML)", rdmo.recognises, rdmo.read, takes_companions=True),
    ImportFormat("workbook", "Vigie (XLSX)", workbook.recognises, workbook.read),
)
"""In the order in which a file is tried: what tells a format most surely comes first."""


def format_of(source: ImportSource) -> ImportFormat:
    """The format of a file, by what it holds; raises Refused when it is of none."""
    found = next((one for one in FORMATS if one.recognises(source)), None)
    if found is None:
        raise Refused(
            say(
                "Format non reconnu. Formats lus : %(formats)s.",
                formats=", ".join(one.label for one in FORMATS),
            )
        )
    return found
