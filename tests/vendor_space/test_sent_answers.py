import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from portal.core.language import Language
from portal.questionnaires.rules.vendor_copy import for_vendor
from portal.vendor_space.sent_answers import SentAnswersFile, answers_json, answers_table, cyclonedx
from tests.audits.test_receipt import CONTENT
from tests.factories.spaces import SECRET, small
from tests.vendor_space.cyclonedx_subset import SUBSET, dangling

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "answers-1.schema.json").read_text())
SENT = SentAnswersFile(
    vendor="Nuage Clair SAS", organisation="Mutuelle Horizon", questionnaire=for_vendor(small()), round=2,
    at=datetime(2026, 7, 1, 12, 30, 5, tzinfo=UTC), by="Aline Roux", sha256="ab" * 32, content=CONTENT,
    receipt_url="https://vigie.example/espace/audits/1/accuses/2",
)  # fmt: skip
BEFORE = replace(SENT, content={key: value for key, value in CONTENT.items() if key != "attestation"})


@pytest.mark.parametrize("sent", [SENT, BEFORE], ids=["attested", "before"])
def test_our_own_json_is_what_its_published_schema_says(sent):
    found = json.loads(json.dumps(answers_json(sent)))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert [one["number"] for one in found["answers"]] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4"]
    assert {one["key"]: one["value"] for one in found["answers"]} == {
        key: answer["value"] for key, answer in CONTENT["answers"].items()
    }
    assert SECRET not in json.dumps(found)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("sent", [SENT, BEFORE], ids=["attested", "before"])
def test_the_attestation_is_cyclonedx_and_every_reference_leads_somewhere(sent, language):
    found = json.loads(json.dumps(cyclonedx(sent, language)))
    jsonschema.Draft202012Validator(SUBSET).validate(found)
    assert not dangling(found)
    assert ("affirmation" in found["declarations"]) is (sent is SENT)
    assert "conformance" not in json.dumps(found), "what an answer is worth is not the vendor's to take away"
    assert SECRET not in json.dumps(found)


def test_the_attestation_says_who_attests_what_and_on_which_file():
    found = cyclonedx(SENT, Language.FR)["declarations"]
    (signatory,) = found["affirmation"]["signatories"]
    assert (signatory["name"], signatory["role"]) == ("Zoé d'Arc", "Directrice générale")
    assert signatory["externalReference"]["hashes"][0]["content"] == SENT.sha256
    claims = {one["bom-ref"]: one for one in found["claims"]}
    assert claims["claim:a.chiffre"]["predicate"] == "Oui"
    assert claims["claim:a.chiffre"]["reasoning"] == "Depuis 2019\nPartout"
    assert claims["claim:b.document"]["evidence"] == ["evidence:7"]
    assert len(claims) == len(found["attestations"][0]["map"]) == 7


def test_a_question_left_empty_is_no_claim():
    answers = {**CONTENT["answers"], "b.jour": {"value": None, "comment": ""}}
    found = cyclonedx(replace(SENT, content={**CONTENT, "answers": answers}), Language.EN)
    assert "claim:b.jour" not in {one["bom-ref"] for one in found["declarations"]["claims"]}
    assert "question:b.jour" in {one["bom-ref"] for one in found["definitions"]["standards"][0]["requirements"]}


def test_the_table_has_a_row_for_each_question_asked():
    rows = answers_table(SENT, Language.EN)
    assert [row[0] for row in rows] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4"]
    assert rows[0][3:6] == ["Yes", "Depuis 2019\nPartout", ""]
    assert rows[6][3] == "Hôte · Germany · Host\nAide"
    assert rows[5][5] == "registre.pdf"
