"""What is printed again on every page."""

from portal.documents_in.structure.running_headers import find_repeated, find_stamps, is_page_number


def test_a_header_with_a_changing_number_is_one_header():
    pages = [["ACME – page 1 sur 4", "a", "b"], ["ACME – page 2 sur 4", "c", "d"], ["ACME – page 3 sur 4", "e", "f"]]
    assert find_repeated(pages) == {(0, 0), (1, 0), (2, 0)}


def test_a_clause_at_the_top_of_one_page_stays():
    assert find_repeated([["1.1 Objet", "a", "b"], ["Durée", "c", "d"], ["Audit", "e", "f"]]) == set()


def test_a_footer_of_two_parts_goes_when_each_part_comes_back():
    pages = [["a", "b", "réf. 7\tversion A"], ["c", "d", "réf. 7\tPage 2"], ["e", "f", "réf. 7"], ["g", "h", "réf. 7"]]
    assert (2, 2) in find_repeated(pages)
    assert (0, 2) not in find_repeated(
        [["a", "b", "5.3\tObjection"], ["c", "d", "6.1\tSécurité"], ["e", "f", "7.2\tAudit"]]
    )


def test_page_numbers_in_both_languages_are_known():
    for line in ("Page 3 / 12", "- 3 -", "3 of 12", "page iv", "3/12"):
        assert is_page_number(line, alone=True), line
    for line in ("Article 3", "3 jours", "", "5.3"):
        assert not is_page_number(line, alone=True), line


def test_stamps_of_lost_pages_stay_where_they_first_stand():
    lines = ["Contrat", "v2 du 3 mai 2025", "Objet", *["Contrat", "v2 du 3 mai 2025"] * 4]
    assert find_stamps(lines) == set(range(3, 11))
    assert find_stamps(["Fait le 3 mai 2025", "Fait le 3 mai 2025"]) == set()


def test_bare_numbers_that_count_the_pages_go():
    assert find_stamps(["a", "1", "b", "2", "c", "3"]) == {1, 3, 5}
    assert find_stamps(["a", "30", "b", "2", "c", "3"]) == set()
