"""What a signed copy shows: its text, whether it binds a processor, whether it names the vendor."""

import pytest

from portal.contracts.rules.exits import CertificateReading
from portal.contracts.rules.life import CopyReading
from portal.paper.contract_check import read_and_check
from portal.paper.copy_reading import coverage_of, read_certificate, read_signed_copy, reading_of
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.rulings import Ruling
from portal.seed.plain_pdf import plain_pdf
from tests.factories.files import pdf
from tests.factories.received import GOOD

NAMED = GOOD.replace("Le prestataire héberge", "La société Brume SAS, prestataire, héberge")
POLICY = "Politique de confidentialité\n\nLa société Brume mesure l'audience de son site avec des cookies.\n"


@pytest.mark.parametrize(
    ("text", "names", "shown"),
    [
        (NAMED, ("Brume", ""), CopyReading.READ),
        (NAMED, ("Nuage", "Brume SAS"), CopyReading.READ),
        (NAMED, ("Nuage", ""), CopyReading.OTHER_NAME),
        (POLICY, ("Brume", ""), CopyReading.NOT_BINDING),
    ],
)
def test_a_copy_is_read_when_it_binds_a_processor_and_names_the_vendor(text, names, shown):
    assert reading_of(read_and_check(text.encode(), "copie.txt"), names) is shown


def test_a_page_without_text_a_picture_and_a_broken_file_are_not_read():
    for content, name in ((pdf(), "copie.pdf"), (b"\x89PNG\r\n\x1a\n", "copie.png"), (b"%PDF-1.7", "copie.pdf")):
        reading, coverage = read_signed_copy(content, name, ("Brume",))
        assert not reading.is_known
        assert coverage is None


def test_what_a_copy_writes_of_article_28_is_counted_and_a_lawyer_may_correct_it():
    check = read_and_check(NAMED.encode(), "copie.txt").check
    found = coverage_of(check)
    assert 0 < found.covered < found.required == len(load_rulebook().contract)
    lost = coverage_of(check, {"audits_inspections": Ruling(RequirementStatus.MISSING)})
    assert lost.covered < found.covered
    assert lost.required == found.required


def test_a_certificate_speaks_of_deletion_and_names_who_certifies():
    certified = plain_pdf("Certificat", ["La société Brume SAS certifie avoir effacé toutes les données et copies."])
    assert read_certificate(certified, "certificat.pdf", "Brume SAS") is CertificateReading.READ
    assert not read_certificate(certified, "certificat.pdf", "Nuage Rhénan").is_known
    assert not read_certificate(plain_pdf("Brume SAS", ["Merci de votre confiance."]), "a.pdf", "Brume SAS").is_known
    assert read_certificate(pdf(), "certificat.pdf", "Brume SAS") is CertificateReading.UNREADABLE
