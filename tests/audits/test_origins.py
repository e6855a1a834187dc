import pytest

from portal.audits import origins
from portal.audits.origins import Origin
from portal.core.language import Language
from portal.core.translation import translate


def test_an_origin_is_found_once_named_and_naming_it_again_changes_its_words(monkeypatch):
    monkeypatch.setattr(origins, "_KNOWN", {})
    assert origins.find("essai") is None
    origins.name("essai", Origin("Voir l'essai", lambda number: f"/essais/{number}"))
    assert origins.find("essai").url(7) == "/essais/7"
    origins.name("essai", Origin("Revoir", lambda number: ""))
    assert origins.find("essai").label == "Revoir"


@pytest.mark.parametrize("key", ["case_sample", "mystery_test"])
def test_the_application_names_where_its_findings_come_from_in_both_languages(app, key):
    origin = origins.find(key)
    with app.test_request_context():
        assert origin.url(7).endswith("/7")
    assert translate(origin.label, Language.FR) != translate(origin.label, Language.EN)
