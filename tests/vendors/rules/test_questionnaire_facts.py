"""The facts that decide which questionnaires a vendor is asked: what nobody has stated is absent, never « no »."""

from types import SimpleNamespace

import pytest

from portal.vendors.rules.facts import Access, Chain, CustomerRelation, Exposure
from portal.vendors.rules.questionnaire_facts import FACT_KINDS, service_facts

NOTHING = {
    "has_special": None, "special_categories": [], "subjects": [], "access": Access.UNKNOWN, "customer_relation": None,
    "handles_withdrawals": None, "calls_consumers": None, "hosts_health_data": None, "uses_ai": None, "is_cloud": None,
    "concerns_minors": None, "chain": None, "transfer_mechanism": "",
}  # fmt: skip


def facts(*, exposure=None, financial=None, nis2=None, **stated):
    return service_facts(SimpleNamespace(**{**NOTHING, **stated}), exposure=exposure, financial=financial, nis2=nis2)


def test_what_nobody_has_stated_is_not_there():
    assert facts() == {}


def test_everything_stated_is_there_in_known_words():
    found = facts(
        has_special=True, special_categories=["sante"], subjects=["clients"], access=Access.HOSTING, chain=Chain.DEEP,
        customer_relation=CustomerRelation.NONE, handles_withdrawals=False, calls_consumers=True,
        hosts_health_data=True, uses_ai=False, is_cloud=True, concerns_minors=False, exposure=Exposure.EEA,
        financial=True, nis2=False,
    )  # fmt: skip
    assert set(found) == set(FACT_KINDS)
    assert all(values <= FACT_KINDS[name].values for name, values in found.items())


@pytest.mark.parametrize(
    ("stated", "name", "expected"),
    [
        ({"subjects": ["mineurs"], "concerns_minors": None}, "minors", {"oui"}),
        ({"subjects": ["mineurs"], "concerns_minors": False}, "minors", {"oui"}),
        ({"subjects": ["clients"]}, "minors", None),
        ({"has_special": False}, "special", set()),
        ({"has_special": True}, "special", {"non_precisees"}),
        ({"transfer_mechanism": "none"}, "transfer", {"eee"}),
        ({"transfer_mechanism": "scc", "exposure": Exposure.EEA}, "transfer", {"eee", "pays_tiers"}),
        ({"transfer_mechanism": "", "exposure": Exposure.ADEQUATE}, "transfer", {"adequation"}),
    ],
)
def test_a_fact_follows_from_what_was_said(stated, name, expected):
    assert facts(**stated).get(name) == expected
