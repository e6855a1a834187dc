"""What a vendor has sent, to take away: a table, our own JSON, and a CycloneDX attestation.

All three say what the frozen submission says, and nothing of the reviewer's: the questionnaire is the vendor's copy.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from portal.audits.rules import statement
from portal.core.dataclass import dataclass
from portal.core.language import N_, Language
from portal.core.translation import translate
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.numbering import numbers_asked

FORMAT, FORMAT_VERSION = "vigie-answers", 1
"""Our own JSON, described by docs/schemas/answers-1.schema.json; another version for another meaning."""
CYCLONEDX = "http://cyclonedx.org/schema/bom-1.6.schema.json"


@dataclass(frozen=True)
class SentAnswersFile:
    """A submission, with what it takes to read it without the portal."""

    vendor: str
    organisation: str
    questionnaire: Questionnaire
    """The vendor's copy."""
    round: int
    at: datetime
    by: str
    sha256: str
    content: Mapping[str, Any]
    receipt_url: str


@dataclass(frozen=True)
class _Line:
    """An answer that was sent."""

    question: Question
    number: str
    section: str
    raw: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]]

    @property
    def given(self) -> GivenAnswer:
        return GivenAnswer(self.raw["value"], self.raw["comment"], len(self.files))

    def words(self, language: Language) -> str:
        """The answer as text, without its comment."""
        told = answer_text(self.question, self.given, language)
        rows = (" · ".join(cell for cell in row if cell) for row in told.rows)
        return "\n".join([*told.lines, *rows])

    @property
    def is_answered(self) -> bool:
        return self.question.kind.is_answered(self.given)


def _lines(sent: SentAnswersFile, language: Language) -> Iterator[_Line]:
    given = sent.content["answers"]
    numbers = numbers_asked(sent.questionnaire, given)
    for section in sent.questionnaire.sections:
        for question in section.questions:
            key = question.key
            if key in given:
                files = [file for file in sent.content["files"] if file["question"] == key]
                yield _Line(question, numbers[key], section.title.read(language), given[key], files)


def answers_header(language: Language) -> list[str]:
    """The columns of the table."""
    names = (N_("N°"), N_("Section"), N_("Question"), N_("Réponse"), N_("Précision"), N_("Fichiers"), N_("Clé"))
    return [translate(name, language) for name in names]


def answers_table(sent: SentAnswersFile, language: Language) -> list[list[str]]:
    """A row for each question that was asked."""
    return [
        [
            line.number, line.section, line.question.text.read(language), line.words(language), line.raw["comment"],
            "\n".join(file["name"] for file in line.files), line.question.key,
        ]
        for line in _lines(sent, language)
    ]  # fmt: skip


def answers_json(sent: SentAnswersFile) -> dict[str, Any]:
    """Our own JSON, both languages in it."""
    attested = sent.content.get("attestation")
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "vendor": sent.vendor,
        "organisation": sent.organisation,
        "questionnaire": {
            "key": sent.questionnaire.key,
            "version": sent.questionnaire.version,
            "sha256": sent.questionnaire.sha256,
            "title": _both(sent.questionnaire.title),
        },
        "round": sent.round,
        "sent_at": sent.at.isoformat(),
        "sent_by": sent.by,
        "attestation": {**attested, "statement": _statement(sent, Language.FR)} if attested else None,
        "sha256": sent.sha256,
        "answers": [
            {
                "key": line.question.key,
                "number": line.number,
                "question": _both(line.question.text),
                "kind": line.question.kind.name,
                "value": line.raw["value"],
                "text": {language.value: line.words(language) for language in Language},
                "comment": line.raw["comment"],
                "carried": line.raw.get("carried"),
                "said_at": line.raw.get("said_at"),
                "files": [
                    {name: file.get(name) for name in ("name", "sha256", "size", "issuer", "issued_on", "expires_on")}
                    for file in line.files
                ],
            }
            for line in _lines(sent, Language.FR)
        ],
    }


def _both(text: Any) -> dict[str, str]:
    return {language.value: text.read(language) for language in Language}


def _statement(sent: SentAnswersFile, language: Language) -> str:
    return translate(statement(sent.vendor), language)


def cyclonedx(sent: SentAnswersFile, language: Language) -> dict[str, Any]:
    """The same as CycloneDX 1.6: the questions are a standard, each answer a claim of the vendor about itself.

    No conformance score: what an answer is worth is the reviewer's to say. The receipt is named as the signature, by
    its address and the digest of what was sent.
    """
    lines = list(_lines(sent, language))
    claimed = [line for line in lines if line.is_answered]
    return {
        "$schema": CYCLONEDX,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid5(NAMESPACE_URL, sent.sha256).urn,
        "version": 1,
        "metadata": {"timestamp": sent.at.isoformat(), "supplier": {"name": sent.vendor}},
        "definitions": {"standards": [_standard(sent, lines, language)]},
        "declarations": {
            "assessors": [{"bom-ref": "assessor", "thirdParty": False, "organization": {"name": sent.vendor}}],
            "attestations": [
                {
                    "summary": sent.questionnaire.title.read(language),
                    "assessor": "assessor",
                    "map": [
                        {"requirement": f"question:{key}", "claims": [f"claim:{key}"]}
                        for key in (line.question.key for line in claimed)
                    ],
                }
            ],
            "claims": [_claim(line, language) for line in claimed],
            "evidence": _evidence(sent),
            "targets": {"organizations": [{"bom-ref": "vendor", "name": sent.vendor}]},
            **_affirmation(sent, language),
        },
    }


def _standard(sent: SentAnswersFile, lines: Sequence[_Line], language: Language) -> dict[str, Any]:
    return {
        "bom-ref": "questionnaire",
        "name": sent.questionnaire.title.read(language),
        "version": sent.questionnaire.version,
        "owner": sent.organisation,
        "requirements": [
            {
                "bom-ref": f"question:{line.question.key}",
                "identifier": line.question.key,
                "title": line.number,
                "text": line.question.text.read(language),
            }
            for line in lines
        ],
    }


def _claim(line: _Line, language: Language) -> dict[str, Any]:
    found: dict[str, Any] = {
        "bom-ref": f"claim:{line.question.key}",
        "target": "vendor",
        "predicate": line.words(language),
    }
    if line.raw["comment"]:
        found["reasoning"] = line.raw["comment"]
    if line.files:
        found["evidence"] = list(dict.fromkeys(f"evidence:{file['evidence']}" for file in line.files))
    return found


def _evidence(sent: SentAnswersFile) -> list[dict[str, Any]]:
    """Each file once, however many answers rest on it; its content stays where it is, its digest names it."""
    found = {}
    for file in sent.content["files"]:
        one = {
            "bom-ref": f"evidence:{file['evidence']}",
            "propertyName": "sha256",
            "description": file["name"],
            "data": [{"name": file["name"], "contents": {"attachment": {"content": file["sha256"]}}}],
        }
        for field, name in (("created", "issued_on"), ("expires", "expires_on")):
            if file.get(name):
                one[field] = f"{file[name]}T00:00:00Z"
        found[file["evidence"]] = one
    return list(found.values())


def _affirmation(sent: SentAnswersFile, language: Language) -> dict[str, Any]:
    attested = sent.content.get("attestation")
    if not attested:
        return {}
    receipt = {
        "type": "electronic-signature",
        "url": sent.receipt_url,
        "hashes": [{"alg": "SHA-256", "content": sent.sha256}],
    }
    signatory = {**attested, "organization": {"name": sent.vendor}, "externalReference": receipt}
    return {"affirmation": {"statement": _statement(sent, language), "signatories": [signatory]}}
