"""What documents handed in as proof say of themselves."""

import pytest

from bench.evidence_reading.judging import judge, page_of
from bench.evidence_reading.layout import as_docx, written
from bench.evidence_reading.other_hand import other_documents, score
from portal.documents_in.reader import read_document
from portal.evidence.kinds import read_kinds
from portal.evidence.reading.document_reading import EvidenceReading, read_evidence
from portal.evidence.reading.words import WORDS
from portal.questionnaires.catalogue import FOLDER


def reading(text: str) -> EvidenceReading:
    return read_evidence(read_document(text.replace("\n", "\n\n").encode(), "document.txt"))


def values(found):
    return [one.value for one in found]


def test_documents_of_our_own_are_read_and_quoted_word_for_word():
    told = []
    for document in written("shown"):
        read = read_evidence(read_document(as_docx(document["body"]), f"{document['id']}.docx")).as_json()
        told += [
            (document["id"], *one) for one in judge(document["expected"], read, page_of(document["body"]))
        ]  # fmt: skip
    missed = [one for one in told if not (one[2] and one[3])]
    assert len(told) == 11 * 41
    assert missed == []


def test_documents_by_another_hand_are_read_no_worse_than_when_last_measured():
    told = [
        one
        for document in other_documents()
        for one in score(document.expected, read_evidence(read_document(document.data, document.file_name)).as_json())
    ]
    passages = [one for _, _, quoted in told for one in quoted]
    assert (len(told), len(passages)) == (244, 209)
    assert (sum(right for _, right, _ in told), sum(passages)) >= (229, 192)


def test_every_kind_that_is_read_is_a_kind_that_is_kept():
    assert set(WORDS["kinds"]) <= set(read_kinds(FOLDER))


CERTIFICATE = """CERTIFICAT
Organisme certificateur : Alpha Certif SAS
Groupe : Groupe Hélice
Entité certifiée : Hélice Numérique SA
Norme : ISO/IEC 27001:2022
Périmètre : hébergement de la paie, hors filiale marocaine
Première certification : 3 mars 2019
Date de décision : 1er février 2025
Date d'émission : 5 février 2025
Date d'expiration : 4 février 2028
Prochaine surveillance : 4 février 2026"""


def test_the_days_of_a_certificate_are_its_own_not_those_of_the_decision_the_first_one_or_the_next_audit():
    found = reading(CERTIFICATE)
    assert (found.kind.value, found.standard.value) == ("iso27001", "ISO/IEC 27001:2022")
    assert (found.issued_on.value, found.expires_on.value) == ("2025-02-05", "2028-02-04")
    assert found.issued_on.quote == "Date d'émission : 5 février 2025"
    assert (found.period_from, found.period_to) == (None, None)
    undated = reading(CERTIFICATE.replace("Date d'émission", "Date de décision").replace("Date d'expiration", "Audit"))
    assert (undated.issued_on, undated.expires_on) == (None, None)


def test_the_holder_is_the_legal_entity_and_not_its_group():
    found = reading(CERTIFICATE)
    assert (found.issuer.value, found.holder.value) == ("Alpha Certif SAS", "Hélice Numérique SA")
    said = "Certificat\nAlpha Certif certifie que Azur Mail SAS (groupe Azur) est conforme à ISO/IEC 27001:2022."
    assert reading(said).holder.value == "Azur Mail SAS"


INSURANCE = """ATTESTATION D'ASSURANCE
Le cabinet Rive, courtier, atteste que la société Nuage SAS a souscrit auprès de Mutuelle Atlantique un contrat cyber.
Valable du 1er au 31 mars 2026, sauf pour les rançons.
Fait à Lyon, le 2 mars 2026"""


def test_the_insurer_vouches_and_not_the_broker():
    found = reading(INSURANCE)
    assert (found.issuer.value, found.holder.value) == ("Mutuelle Atlantique", "Nuage SAS")
    assert (found.period_from.value, found.period_to.value, found.expires_on.value) == (
        "2026-03-01", "2026-03-31", "2026-03-31",
    )  # fmt: skip
    assert found.issued_on.value == "2026-03-02"
    assert values(found.exceptions) == ["Valable du 1er au 31 mars 2026, sauf pour les rançons."]


def test_a_report_on_a_day_covers_that_day_twice_and_never_ends():
    found = reading(
        "SOC 2 Type I Report\nService organization: Pebble Ltd\nService auditor: Alder LLP\n"
        "In our opinion, the controls were suitably designed as of 31 October 2025.\nDate of report: 17 November 2025"
    )
    assert (found.period_from.value, found.period_to.value, found.expires_on) == ("2025-10-31", "2025-10-31", None)
    assert (found.issuer.value, found.issued_on.value) == ("Alder LLP", "2025-11-17")


@pytest.mark.parametrize(
    "text",
    [
        "Nuage, l'hébergeur de confiance\nNos centres de données sont certifiés ISO/IEC 27001:2022.\nContactez-nous.",
        "ISO/IEC 27001 – confirmation of stage 2 audit\nThe audit of Nuage Ltd will take place on 3 May 2026.",
        "Devis – attestation d'assurance\nAssureur proposé : Alpha SA\nCe devis ne constitue pas une attestation.",
        "Certificate\nThis is to certify that the quality system of Nuage Ltd complies with ISO 9001:2015.",
        "Certificat ISO/IEC 27001 – SPECIMEN\nAlpha certifie que Nuage SAS est conforme à ISO/IEC 27001:2022.",
        "Nous visons la certification HDS et prévoyons un test d'intrusion en 2026.",
    ],
)
def test_what_announces_or_promises_proves_nothing(text):
    found = reading(text).as_json()
    assert found.pop("kind")["value"] == "none"
    assert set(found.values()) == {None}


def test_an_audit_that_is_planned_beside_a_certificate_does_not_undo_it():
    assert reading(CERTIFICATE + "\nLe prochain audit est prévu en février 2026.").kind.value == "iso27001"


def test_what_says_that_there_is_no_exception_is_none():
    found = reading(CERTIFICATE.replace(", hors filiale marocaine", "") + "\nExclusions : aucune\nNo exceptions noted.")
    assert found.exceptions == ()
    assert values(reading(CERTIFICATE).exceptions) == ["Périmètre : hébergement de la paie, hors filiale marocaine"]


def test_a_long_report_costs_seconds_at_most_and_its_exceptions_are_found_to_the_end():
    noise = "The control was inspected on 25 samples for the period and operated as described.\n" * 150
    found = reading(
        "SOC 2 Type II Report\nIn our opinion, the controls operated effectively from 1 January 2025 to "
        f"31 December 2025.\n{noise}The disaster recovery site was carved out."
    )
    assert values(found.exceptions) == ["The disaster recovery site was carved out."]


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("scope", "SOC 2 Type 2\nWe have examined the description of Nuage, Inc.'s Payroll Platform throughout the "
                  "period October 1, 2025 to September 30, 2026.\nIn our opinion, the controls operated effectively.",
         "Payroll Platform"),
        ("scope", "Test d'intrusion – synthèse\nDu 9 au 20 mars 2026, un test d'intrusion en boîte grise de l'API de "
                  "paie a été conduit pour Nuage SAS.", "API de paie"),
        ("scope", "Code of Conduct – Declaration of adherence\nAlder Europe, monitoring body, confirms that Nuage AS "
                  "adheres to the code of conduct, with the service Nuage Backup, level 2.", "Nuage Backup"),
        ("scope", "Transfer Impact Assessment\nAssessed transfer: audience measurement data, under Module Two of the "
                  "standard contractual clauses.", "audience measurement data"),
        ("holder", "Transfer Impact Assessment\nExporter: Nuage SAS. Importer: Pebble, LLC (US)", "Nuage SAS"),
        ("issuer", "Certificate of conformity\nNordic Cert SAS, accredited under no. 4-0612\nCertified organisation: "
                   "Nuage SAS\nStandard: HDS version 2.0\nInitial certification: 18 May 2020", "Nordic Cert SAS"),
    ],
)  # fmt: skip
def test_what_is_covered_and_by_whom_is_read_where_it_is_said(field, text, expected):
    found = getattr(reading(text), field)
    value = found[0].value if isinstance(found, tuple) else found.value
    assert value.startswith(expected)
    assert not value.endswith(".")


BRIDGE = """Pastel SAS
Paris, le 12 janvier 2026
Lettre de liaison – rapport SOC 2 Type II
Le cabinet Oriane a émis le 28 octobre 2025 un rapport SOC 2 Type II portant sur notre service Pastel Sign.
La présente lettre couvre la période du 1er octobre 2025 au 31 décembre 2025. Elle cesse de valoir"""


def test_a_letter_has_its_own_day_and_its_own_end_not_those_of_the_report():
    found = reading(BRIDGE + " ; sa validité expire le 31 mars 2026.")
    assert found.kind.value == "bridge_letter"
    assert (found.issued_on.value, found.expires_on.value) == ("2026-01-12", "2026-03-31")
    assert reading(BRIDGE + ".").expires_on is None


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("C E R T I F I C A T\nAlpha atteste que Nuage SAS est conforme à ISO/IEC 27001:2022.", "kind", "iso27001"),
        (CERTIFICATE.replace("Date d'émission", "Certificat établi le") + ", dont la dernière date du 9 mai 2026",
         "issued_on", "2025-02-05"),
        ("Attestation de formation\nJe soussignée, Corinne Vasseur, directrice de Pédagolia, certifie que la formation "
         "a été suivie par le personnel de la société Rhône SAS.", "issuer", "Pédagolia"),
        (INSURANCE.replace(", sauf pour les rançons", " ; elle ne peut engager l'assureur, étant précisé que sont "
                           "exclues les rançons"), "exceptions", "Valable"),
    ],
)  # fmt: skip
def test_what_another_hand_wrote_taught_the_reader(text, field, expected):
    found = getattr(reading(text), field)
    assert (found[0] if isinstance(found, tuple) else found).value.startswith(expected)
