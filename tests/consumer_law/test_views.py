"""The pages on the right of withdrawal, for the staff: what they say, and that each statement of law is dated."""

import pytest

from portal.authz.policy import Role
from portal.consumer_law import legislation
from portal.consumer_law.exposure_page import SHOWN_FINDINGS
from portal.core.language import Language
from portal.findings.rules import FindingState
from tests.factories.law import check_statements, finding_of
from tests.factories.people import user_of
from tests.factories.review import case_of
from tests.factories.world import vendor_of

CALCULATOR = "/retractation/calculateur"
EXPOSURE = "/retractation/exposition"
LABEL = {Language.FR: "Plafond légal, pas une prévision", Language.EN: "Legal ceiling, not a forecast"}
GOODS = {"kind": "goods", "channel": "distance", "place": "FR/metropole", "informed": "yes", "received": "2026-10-28"}
LATE = {**GOODS, "received": "2026-06-01", "informed": "no"}
WITHDRAWN = {**GOODS, "stated": "2026-11-05", "dispatched": "2026-11-09", "amount": "129,90", "paid": "2026-12-14"}
CHOSEN = {
    "articles": ["28", "13", "10"], "order": "y", "linked": "no", "controller": "1 200 000 000", "vendor": "",
    "fines": ["consumer.withdrawal", "consumer.calls"], "late": "129,90 ; 25 ; 340\n59 ; 8",
}  # fmt: skip


@pytest.fixture
def staff(as_):
    return as_(Role.LEGAL)


@pytest.fixture(params=[*Language])
def reader(request, as_, session):
    """A lawyer, in each language."""
    return as_(user_of(session, Role.LEGAL, language=request.param))


def test_the_calculator_and_the_rest_are_one_tab_away(staff):
    page = staff.get(staff.client.get("/retractation/").headers["Location"])
    doors = page.all("//nav[contains(@class, 'tabs')]//a/@href")
    assert {CALCULATOR, "/retractation/exceptions", EXPOSURE, "/retractation/guide"} <= set(doors)


def test_the_empty_calculator_shows_its_questions_and_no_answer(staff):
    page = staff.get(CALCULATOR)
    assert not page.all("#resultat")
    assert {field.get("name") for field in page.all("input")} >= {"kind", "channel", "received", "stated", "amount"}
    assert "(facultatif)" not in page.one("//label[@for='received']").text_content()


@pytest.mark.parametrize("facts", [GOODS, LATE, WITHDRAWN], ids=["fourteen days", "twelve months", "withdrawn"])
def test_each_statement_of_an_answer_carries_its_article_and_its_day(reader, facts):
    page = reader.post(CALCULATOR, facts, status=200)
    check_statements(page, at_least=6)
    assert page.all("#resultat")


def test_the_last_day_is_in_the_title_and_on_the_line(staff):
    page = staff.post(CALCULATOR, GOODS, status=200)
    assert "jusqu’au 12 novembre 2026 inclus" in page.words
    drawing = page.one("//*[@id='resultat']//*[local-name()='svg'][@role='img']")
    described = drawing.xpath("string(*[local-name()='desc'])")
    assert "12 novembre 2026 dernier jour pour se rétracter" in described
    assert len(page.all("//*[local-name()='circle']")) == 2
    assert "11 novembre" in page.words


def test_what_was_typed_is_repeated_for_whoever_is_handed_the_page(staff):
    page = staff.post(CALCULATOR, WITHDRAWN, status=200)
    given = page.one(".given").text_content()
    for text in ("Un bien", "France métropolitaine", "28 octobre 2026", "5 novembre 2026", "14 décembre 2026"):
        assert text in given
    assert "12,99" in page.words
    assert page.one("//details[contains(@class, 'no-print')]").xpath(".//form")


def test_a_withdrawal_is_said_in_time_or_not(staff):
    assert "est à temps" in staff.post(CALCULATOR, {**GOODS, "stated": "2026-11-12"}, status=200).words
    assert "est hors délai" in staff.post(CALCULATOR, {**GOODS, "stated": "2026-11-13"}, status=200).words


def test_a_point_nobody_read_is_warned_of(staff):
    page = staff.post(CALCULATOR, {**GOODS, "channel": "doorstep", "place": "IT/"}, status=200)
    assert "n’a pas été relu" in page.words
    assert "à vérifier" in page.words
    assert "n’a pas été relu" not in staff.post(CALCULATOR, GOODS, status=200).words


def test_a_missing_fact_comes_back_beside_its_field_and_nothing_typed_is_lost(staff):
    page = staff.post(CALCULATOR, {**GOODS, "received": "", "concluded": "2026-11-02"}, status=422)
    assert page.one("//input[@name='concluded']").get("value") == "2026-11-02"
    assert page.one("//input[@name='received']").get("aria-invalid") == "true"
    assert not page.all("#resultat")


def test_the_exceptions_are_thirteen_each_with_its_article(reader):
    page = reader.get("/retractation/exceptions")
    check_statements(page, at_least=13)
    assert len(page.all("//ol[contains(@class, 'exceptions')]/li")) == 13


@pytest.mark.parametrize("number", range(1, 14))
def test_an_exception_asks_its_conditions_and_concludes(staff, number):
    path = f"/retractation/exceptions/{number}"
    page = staff.get(path)
    check_statements(page)
    rule = next(rule for rule in legislation.exceptions() if rule.figures["number"] == number)
    asked = {one["key"]: one for one in rule.figures["conditions"]}
    assert {field.get("name") for field in page.all("//input[@type='radio']")} == set(asked)
    met = {key: "yes" if one.get("expected", True) else "no" for key, one in asked.items()}
    assert "L’exception joue" in staff.post(path, met, status=200).words
    unmet = {key: "no" if value == "yes" else "yes" for key, value in met.items()}
    found = staff.post(path, unmet, status=200)
    assert "L’exception ne joue pas" in found.words
    assert "Il manque" in found.words
    assert staff.post(path, {}, status=422).all(".field__error")


def test_there_is_no_fourteenth_exception(staff):
    staff.get("/retractation/exceptions/14", status=404)


def test_the_guide_states_each_point_with_its_article(reader):
    page = reader.get("/retractation/guide")
    check_statements(page, at_least=20)
    assert len(page.all(".guide__card")) == 9


def test_the_exposure_page_says_what_a_ceiling_is_before_anything_else(reader):
    page = reader.get(EXPOSURE)
    language = Language(page.tree.get("lang"))
    assert LABEL[language].lower() in page.one("h1").text_content().replace("\u202f", " ").lower()
    assert not page.all("#resultat")


def test_ceilings_are_given_for_both_parties_with_their_sums_and_their_articles(reader):
    page = reader.post(EXPOSURE, CHOSEN, status=200)
    check_statements(page, at_least=15)
    language = Language(page.tree.get("lang"))
    assert LABEL[language] in [" ".join(h.text_content().split()) for h in page.all("h2")]


def test_the_sums_are_written_out(staff):
    words = staff.post(EXPOSURE, CHOSEN, status=200).words.replace("\u202f", " ").replace("\xa0", " ")
    assert "2 % × 1 200 000 000 € = 24 000 000 €, contre 10 000 000 € : le plus élevé, 24 000 000 €" in words
    assert "4 % × 1 200 000 000 € = 48 000 000 €, contre 20 000 000 € : le plus élevé, 48 000 000 €" in words
    assert "Chiffre d’affaires non donné : montant fixe seul, 10 000 000 €" in words
    # 28 (lower), 13 and the order (upper) are not linked; 10 has no ceiling.
    assert "24 000 000 € + 48 000 000 € + 48 000 000 € = 120 000 000 €" in words
    assert "10 000 000 € + 20 000 000 € + 20 000 000 € = 50 000 000 €" in words
    assert "Au plus 120 000 000 € pour le responsable, 50 000 000 € pour le prestataire" in words
    assert "Sans plafond à l’article 83 : art. 10." in words
    assert "Adressés au seul responsable : art. 13." in words
    assert "4 416,60 € au plus" in words
    assert "375 000 €" in words


def test_linked_breaches_share_the_highest_ceiling(staff):
    words = staff.post(EXPOSURE, {**CHOSEN, "linked": "yes"}, status=200).words.replace("\u202f", " ")
    assert "Au plus 48 000 000 € pour le responsable, 20 000 000 € pour le prestataire" in words.replace("\xa0", " ")


@pytest.mark.parametrize(
    "changed",
    [
        {"findings": ["abc"]}, {"findings": ["1"]}, {"articles": ["99"]}, {"fines": ["x"]}, {"linked": "x"},
        {"controller": "-1"}, {"vendor": "1e9"}, {"controller": "9" * 30}, {"late": "\x00;1"},
        {"linked": "groups", "groups": "C1"}, {"surcharge": "NaN"},
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_refused_and_nothing_breaks(staff, changed):
    page = staff.post(EXPOSURE, {**CHOSEN, **changed}, status=422)
    assert page.all(".errors")
    assert not page.all("#resultat")


def test_an_unread_rule_is_marked_and_the_share_of_turnover_is_not_computed(staff):
    page = staff.post(EXPOSURE, CHOSEN, status=200)
    marked = [one.text_content() for one in page.all(".law__sure--soft")]
    assert "à vérifier" in marked
    assert "il n’est pas calculé" in page.words
    assert "20 %" not in page.words.replace("\u202f", " ").replace("10 %, 20 %", "")


def test_consumer_law_alone_needs_no_article(staff):
    page = staff.post(EXPOSURE, {"linked": "yes", "fines": ["consumer.calls"]}, status=200)
    assert "Les deux paliers" not in page.words
    assert "C. conso. L242-16" in page.words


def test_the_open_findings_of_a_vendor_are_offered_with_the_articles_they_touch(staff, session):
    case = case_of(session)
    one, late = finding_of(session, case.audit, "a.contrat"), finding_of(session, case.audit, "late-refund")
    finding_of(session, case.audit, "b.texte", state=FindingState.CLOSED)
    session.commit()
    path = f"{EXPOSURE}?vendor_id={case.vendor.id}"
    page = staff.get(path)
    lines = [" ".join(line.text_content().split()) for line in page.all(".touched__one")]
    assert lines == ["C1 Constat a.contrat RGPD art. 28(3)", "C2 Constat late-refund C. conso. L242-13"]
    chosen = {"findings": [str(one.id), str(late.id)], "linked": "yes"}
    words = staff.post(path, chosen, status=200, page=path).words.replace("\u202f", " ").replace("\xa0", " ")
    assert "Au plus 10 000 000 € pour le responsable, 10 000 000 € pour le prestataire" in words
    assert "15 000 €" in words


def test_a_list_of_findings_that_is_cut_says_so(staff, session):
    """What it does not show is not in the sum either."""
    case = case_of(session)
    for number in range(SHOWN_FINDINGS - 1):
        finding_of(session, case.audit, f"q{number}")
    session.commit()
    path = f"{EXPOSURE}?vendor_id={case.vendor.id}"
    assert "d’autres peuvent suivre" not in staff.get(path).words
    for number in range(2):
        finding_of(session, case.audit, f"z{number}")
    session.commit()
    assert "d’autres peuvent suivre, qui ne sont pas comptés" in staff.get(path).words


def test_a_vendor_without_a_finding_says_so_and_one_out_of_reach_does_not_exist(staff, session):
    other = vendor_of(session, name="Ailleurs")
    session.commit()
    assert "Aucun constat ouvert" in staff.get(f"{EXPOSURE}?vendor_id={other.id}").words
    for number in ("999999", "99999999999999999999", "0", "-1", "x", ""):
        staff.get(f"{EXPOSURE}?vendor_id={number}", status=404)


def test_a_vendor_is_found_by_its_name(staff, session):
    vendor = vendor_of(session, name="Centre d'appels du Littoral")
    session.commit()
    page = staff.get(f"{EXPOSURE}?q=littoral")
    assert page.one(f"//a[contains(@href, 'vendor_id={vendor.id}')]").text_content() == vendor.name
    assert "Aucun sous-traitant ne porte ce nom" in staff.get(f"{EXPOSURE}?q=zzz").words


def test_the_surcharge_of_a_sample_may_come_along_in_the_address(staff):
    page = staff.get(f"{EXPOSURE}?majoration=1234.50")
    assert page.one("//input[@name='surcharge']").get("value") == "1234.50"
    assert staff.get(f"{EXPOSURE}?majoration=abc").one("//input[@name='surcharge']").get("value") == ""
    words = staff.post(EXPOSURE, {"linked": "yes", "surcharge": "1234,50"}, status=200).words.replace("\u202f", " ")
    assert "1 234,50 € au plus" in words.replace("\xa0", " ")


@pytest.mark.parametrize("path", [CALCULATOR, "/retractation/exceptions", EXPOSURE, "/retractation/guide"])
def test_a_vendor_and_an_administrator_see_none_of_it(as_, path):
    as_(Role.ADMIN).get(path, status=403)
    assert as_(None).client.get(path).status_code in {302, 401}


def test_nothing_is_written(staff, statements):
    staff.get(CALCULATOR)
    statements.clear()
    staff.post(CALCULATOR, WITHDRAWN, status=200)
    staff.post(EXPOSURE, CHOSEN, status=200)
    assert not [one for one in statements if one.lstrip().upper().startswith(("INSERT", "DELETE"))]
