"""What a certificate shows, and what is still to be proved."""

import pytest

from portal.contracts.rules.exits import CertificateReading, named_subprocessors, reading_of

R = CertificateReading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("", R.UNREADABLE),
        ("  \n ", R.UNREADABLE),
        ("Nuage Clair SAS vous remercie de votre confiance.", R.SILENT),
        ("Nous certifions l'effacement de vos données.", R.OTHER_NAME),
        ("NUAGE-CLAIR S.A.S. atteste la destruction des données.", R.READ),
        ("Nuage Clair hereby certifies that all data were deleted.", R.READ),
        ("Nuageux Clairvoyant atteste la destruction des données.", R.OTHER_NAME),
    ],
)
def test_a_certificate_speaks_of_the_data_and_names_who_it_is_about(text, reading):
    assert reading_of(text, "Nuage Clair SAS") is reading


def test_tables_that_are_none_name_nobody():
    assert named_subprocessors([None, "", [], ["Nuage"], [{"name": None}], [{"nom": "X"}], {"name": "X"}]) == []
