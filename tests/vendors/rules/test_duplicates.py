from hypothesis import given
from hypothesis import strategies as st

from portal.vendors.rules.duplicates import Certainty, CompanyIdentity, find_duplicates

NAMES = [
    "Nova",
    "Nova SAS",
    "NOVA Inc.",
    "Nova Cloud",
    "Câble (Nova)",
    "Câble",
    "Axeptio",
    "Axceptio",
    "Lot 1",
    "Lot 2",
    "",
]
parties = st.builds(
    CompanyIdentity,
    name=st.sampled_from(NAMES),
    legal_name=st.sampled_from(["", "", "Nova SAS", "Câble SA"]),
    siren=st.sampled_from(["", "", "732829320", "356000000"]),
    lei=st.sampled_from(["", "", "213800KUD8LAJWSQ9D15"]),
)


def numbered(rows):
    return [CompanyIdentity(**{**vars(row), "line": line}) for line, row in enumerate(rows, 2)]


def registered(vendors):
    return [CompanyIdentity(**{**vars(vendor), "key": f"k{at}"}) for at, vendor in enumerate(vendors)]


def said(group):
    return " ".join(map(str, group.reasons)).replace("\u202f", " ")


def test_the_same_siren_under_two_names_is_certain():
    [group] = find_duplicates(
        [
            CompanyIdentity(line=2, name="Nova", siren="732829320"),
            CompanyIdentity(line=7, name="Câble", siret="73282932000074"),
        ]
    )
    assert (group.certainty, group.lines) == (Certainty.CERTAIN, (2, 7))
    assert "Même SIREN : 732829320" in said(group)


def test_the_same_legal_name_is_certain():
    [group] = find_duplicates(
        [
            CompanyIdentity(line=2, name="Heroku", legal_name="Salesforce, Inc."),
            CompanyIdentity(line=3, name="Slack", legal_name="SALESFORCE INC"),
        ]
    )
    assert group.certainty is Certainty.CERTAIN
    assert "Même raison sociale" in said(group)


def test_the_same_name_with_two_sirens_is_only_probable():
    rows = [
        CompanyIdentity(line=2, name="Nova SA", siren="732829320"),
        CompanyIdentity(line=3, name="Nova SARL", siren="356000000"),
    ]
    [group] = find_duplicates(rows)
    assert group.certainty is Certainty.PROBABLE
    assert "deux SIREN différents" in said(group)


def test_a_third_row_never_joins_two_companies_that_their_sirens_part():
    rows = [
        CompanyIdentity(line=2, name="Nova", siren="732829320"),
        CompanyIdentity(line=3, name="Nova", legal_name="Câble"),
        CompanyIdentity(line=4, name="Fil", legal_name="Câble", siren="356000000"),
    ]
    certain = [group for group in find_duplicates(rows) if group.certainty is Certainty.CERTAIN]
    assert [group.lines for group in certain] == [(2, 3)]


def test_two_countries_are_pointed_out():
    [group] = find_duplicates(
        [
            CompanyIdentity(line=2, name="Nova GmbH", country="DE"),
            CompanyIdentity(line=3, name="Nova Inc", country="US"),
        ]
    )
    assert "Pays déclarés : DE, US" in said(group)


def test_a_row_found_in_the_register_names_the_vendor():
    [group] = find_duplicates([CompanyIdentity(line=2, name="Nova SAS")], [CompanyIdentity(key="nova", name="Nova")])
    assert (group.certainty, group.known, group.lines) == (Certainty.CERTAIN, ("nova",), (2,))


def test_doubles_within_the_register_alone_are_not_this_review():
    known = [
        CompanyIdentity(key="nova", name="Nova"),
        CompanyIdentity(key="nova-2", name="Nova SAS"),
        CompanyIdentity(key="nova-cloud", name="Nova Cloud"),
    ]
    assert find_duplicates([CompanyIdentity(line=2, name="Tout autre")], known) == ()


def test_probable_groups_are_stars_around_the_shortest_name_not_chains():
    names = ["Nova Cloud Paris", "Nova Cloud", "Nova", "Nova Cloud Paris Nord"]
    [group] = find_duplicates([CompanyIdentity(line=line, name=name) for line, name in enumerate(names, 2)])
    assert group.lines == (2, 3, 4, 5)
    assert all("commence comme «\u202fNova\u202f»" in str(reason) for reason in group.reasons)


@given(st.lists(parties, max_size=12), st.lists(parties, max_size=6))
def test_a_row_is_in_at_most_one_group_of_each_certainty_and_groups_hold_given_parties(rows, vendors):
    rows, vendors = numbered(rows), registered(vendors)
    groups = find_duplicates(rows, vendors)
    for certainty in Certainty:
        members = [member for group in groups if group.certainty is certainty for member in group.members]
        assert len(members) == len(set(members))
        assert set(members) <= {*rows, *vendors}
    assert all(group.lines and len(group.members) > 1 and group.reasons for group in groups)
    assert len({group.key for group in groups}) == len(groups)


@given(st.lists(parties, max_size=12), st.lists(parties, max_size=6))
def test_certain_groups_never_hold_two_sirens_unless_an_identifier_says_so(rows, vendors):
    for group in find_duplicates(numbered(rows), registered(vendors)):
        sirens = {member.siren for member in group.members} - {""}
        if group.certainty is Certainty.CERTAIN and len(sirens) > 1:
            assert "Même LEI" in said(group)


@given(st.lists(parties, max_size=10))
def test_the_same_list_gives_the_same_groups_and_keys(rows):
    assert [g.key for g in find_duplicates(numbered(rows))] == [g.key for g in find_duplicates(numbered(rows))]


def test_a_decision_does_not_survive_a_change_of_the_group():
    before = find_duplicates([CompanyIdentity(line=2, name="Nova"), CompanyIdentity(line=3, name="Nova SAS")])
    after = find_duplicates(
        [
            CompanyIdentity(line=2, name="Nova"),
            CompanyIdentity(line=3, name="Nova SAS"),
            CompanyIdentity(line=4, name="NOVA"),
        ]
    )
    assert before[0].key != after[0].key
