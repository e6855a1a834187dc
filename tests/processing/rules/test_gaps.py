from datetime import date

import pytest

from portal.processing.rules.gaps import LinkedUse, gaps_of
from portal.processing.rules.impact import ImpactNeed
from portal.processing.rules.sheets import HeldCategory, LegalBasis, Safeguard, ServedController, StatedTransfer
from portal.vendors import reference as places
from portal.vendors.rules.countries import transfer_exposure
from portal.vendors.rules.facts import DataCategory, Exposure
from tests.factories.register import controller_sheet, processor_sheet

ON = date(2026, 11, 28)


def exposure_of(code):
    return transfer_exposure([code], places.atlas(), ON) or Exposure.THIRD_COUNTRY


def fields_lacking(sheet, *, need=ImpactNeed.NOT_REQUIRED, links=(), has_links=False):
    return [gap.field for gap in gaps_of(sheet, need=need, links=links, has_links=has_links, exposure_of=exposure_of)]


def test_a_line_that_says_everything_lacks_nothing():
    assert fields_lacking(controller_sheet()) == []
    assert fields_lacking(processor_sheet(), need=None) == []


def data(details="Nom", retention="5 ans"):
    return (HeldCategory(DataCategory.IDENTITY, details, retention),)


@pytest.mark.parametrize(
    ("lie", "lacking"),
    [
        ({"purpose": ""}, "purpose"),
        ({"purpose": "À compléter"}, "purpose"),
        ({"purpose": "vente EN LIGNE."}, "purpose"),
        ({"purpose": "xxxxxxxx"}, "purpose"),
        ({"legal_basis": None}, "legal_basis"),
        ({"legal_basis": LegalBasis.INTEREST}, "basis_details"),
        ({"legal_basis": LegalBasis.LAW, "basis_details": "TBD"}, "basis_details"),
        ({"subjects": ()}, "subjects"),
        ({"data": ()}, "data"),
        ({"data": data(details="")}, "data_identification"),
        ({"data": data(details="…")}, "data_identification"),
        ({"data": data(retention="")}, "retention_identification"),
        ({"data": data(retention="à compléter")}, "retention_identification"),
        ({"data": data(retention="illimitée")}, "retention_identification"),
        ({"data": data(retention="aussi longtemps que nécessaire")}, "retention_identification"),
        ({"data": data(retention="as long as necessary")}, "retention_identification"),
        ({"data": data(retention="-5 ans")}, "retention_identification"),
        ({"data": data(retention="999999 ans")}, "retention_identification"),
        ({"data": data(retention="90000 days")}, "retention_identification"),
        ({"internal_recipients": ()}, "internal_recipients"),
        ({"internal_recipients": ("à préciser",)}, "internal_recipients"),
        ({"technical_measures": "n/a"}, "technical_measures"),
        ({"transfers": (StatedTransfer("Acme"),)}, "transfers"),
        ({"transfers": (StatedTransfer("Acme", "IN"),)}, "transfers"),
        ({"transfers": (StatedTransfer("Acme", "IN", Safeguard.ADEQUACY),)}, "transfers"),
    ],
)
def test_the_cheapest_lie_is_a_gap(lie, lacking):
    assert fields_lacking(controller_sheet(**lie)) == [lacking]


@pytest.mark.parametrize(
    ("lie", "lacking"),
    [
        ({"controllers": ()}, "controllers"),
        ({"controllers": (ServedController("Atelier Roque"),)}, "controllers"),
        ({"operations": ()}, "operations"),
        ({"operations": ("expéditions pour des tiers",)}, "operations"),
        ({"organisational_measures": ""}, "technical_measures"),
    ],
)
def test_what_is_done_as_processor_has_gaps_of_its_own(lie, lacking):
    assert fields_lacking(processor_sheet(**lie), need=None) == [lacking]


def test_an_assessment_that_is_due_and_criteria_never_looked_at_are_gaps():
    assert fields_lacking(controller_sheet(), need=ImpactNeed.REQUIRED) == ["assessed_on"]
    assert fields_lacking(controller_sheet(), need=ImpactNeed.UNKNOWN) == ["criteria_seen"]
    assert fields_lacking(controller_sheet(), need=ImpactNeed.DONE) == []


def test_a_service_linked_counts_as_a_recipient_and_its_transfers_must_be_framed():
    nobody = controller_sheet(internal_recipients=())
    assert fields_lacking(nobody, has_links=True) == []
    unframed = LinkedUse("Kerala Desk", "Appels", ("IN",), is_framed=False)
    nowhere = LinkedUse("Nuage", "Sauvegarde", (), is_framed=False)
    framed = LinkedUse("Northgate", "Appels", ("GB",), is_framed=True)
    assert fields_lacking(nobody, links=(unframed, nowhere, framed), has_links=True) == ["services", "services"]


def test_a_transfer_inside_the_area_asks_for_no_safeguard_and_one_outside_is_framed_by_its_clauses():
    inside = (StatedTransfer("Acme", "DE"), StatedTransfer("Acme", "IN", Safeguard.CLAUSES))
    assert fields_lacking(controller_sheet(transfers=inside)) == []
