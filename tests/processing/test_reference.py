from portal.core.language import Language
from portal.processing import reference
from portal.processing.rules.gaps import gaps_of
from portal.processing.rules.impact import impact_of
from portal.vendors.rules.facts import Exposure


def test_a_usual_activity_lacks_only_what_is_the_organisation_s_own():
    for usual in reference.usual_activities().values():
        for language in Language:
            sheet = usual.sheet(language)
            need = impact_of(sheet, reference.listed_kinds()).need
            gaps = gaps_of(sheet, need=need, links=(), has_links=False, exposure_of=lambda _code: Exposure.EEA)
            assert {gap.field for gap in gaps} <= {"technical_measures", "criteria_seen", "assessed_on"}, usual.key
            assert "technical_measures" in {gap.field for gap in gaps}, "measures are never invented"


def test_a_usual_activity_says_the_same_in_both_languages():
    assert len(reference.usual_activities()) >= 12
    for usual in reference.usual_activities().values():
        french, english = usual.sheets["fr"], usual.sheets["en"]
        assert [one.category for one in french.data] == [one.category for one in english.data]
        assert len(french.recipients) == len(english.recipients)
        assert french.name != english.name


def test_payroll_and_whistleblowing_call_for_an_assessment():
    needs = {
        key: impact_of(one.sheet(Language.FR), reference.listed_kinds()).need.value
        for key, one in reference.usual_activities().items()
    }
    assert needs["paie"] == needs["alertes"] == needs["videosurveillance"] == "requise"
    assert needs["boutique"] == "inconnue"
