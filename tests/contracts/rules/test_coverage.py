from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.coverage import CoverageStatus, PlacedClause, PlacedPassage, coverage, coverage_json
from portal.contracts.rules.model import BilingualWords, Obligation, ObligationClass, ObligationSeverity
from portal.core.language import Language, Sentence

RANK = list(CoverageStatus)
OBLIGATIONS = tuple(
    Obligation(
        key,
        kind,
        BilingualWords(f"titre {key}", f"title {key}"),
        "28(3)",
        BilingualWords("si", "if"),
        ObligationSeverity.MAJOR,
    )
    for key, kind in [
        ("C20", ObligationClass.CONTRACT),
        ("C42", ObligationClass.STATUTE),
        ("C75", ObligationClass.PRACTICE),
    ]
)

passages = st.builds(
    PlacedPassage,
    st.just("CL_1"),
    st.just("1.1"),
    st.lists(st.sampled_from(["C20", "C42", "C75"]), max_size=3, unique=True).map(tuple),
    st.just("…"),
    st.lists(st.sampled_from(["service.name", "measures"]), max_size=2, unique=True).map(tuple),
)
clauses = st.builds(
    PlacedClause,
    st.sampled_from(["CL01", "CL02", "CL03"]),
    st.just("1"),
    st.just(""),
    st.just("1"),
    st.just("t"),
    st.lists(passages, max_size=3).map(tuple),
)


def says(*obligations, missing=()):
    return PlacedPassage("CL18_1", "14.1", obligations, "Le Sous-traitant notifie.", missing)


def placed(*said, key="CL18"):
    return PlacedClause(key, "1", "", "14", "Violations", said)


def status(*clauses):
    return coverage(OBLIGATIONS[:1], clauses)[0].status


@given(st.lists(clauses, max_size=4), clauses)
def test_adding_a_clause_never_uncovers_an_obligation(present, added):
    before, after = coverage(OBLIGATIONS, present), coverage(OBLIGATIONS, [*present, added])
    for old, new in zip(before, after, strict=True):
        assert RANK.index(new.status) >= RANK.index(old.status)
        assert set(old.proofs) <= set(new.proofs)


@given(st.lists(clauses, max_size=4))
def test_there_is_one_line_per_obligation_and_each_status_can_be_justified(present):
    lines = coverage(OBLIGATIONS, present)
    assert [line.obligation for line in lines] == list(OBLIGATIONS)
    for line in lines:
        assert bool(line.proofs) == (line.status is not CoverageStatus.UNCOVERED)
        assert bool(line.missing) == (line.status is CoverageStatus.INCOMPLETE)


def test_an_obligation_no_passage_speaks_of_is_uncovered():
    assert status() is CoverageStatus.UNCOVERED
    assert status(placed(says("C42"))) is CoverageStatus.UNCOVERED


def test_an_obligation_whose_only_clause_lacks_a_fact_is_incomplete():
    assert status(placed(says("C20", missing=("service.name",)))) is CoverageStatus.INCOMPLETE


def test_a_clause_is_incomplete_when_one_of_its_passages_on_the_point_is():
    assert status(placed(says("C20"), says("C20", missing=("service.name",)))) is CoverageStatus.INCOMPLETE


def test_one_complete_clause_is_enough():
    lacking = placed(says("C20", missing=("service.name",)))
    assert status(lacking, placed(says("C20"), key="CL19")) is CoverageStatus.COVERED


def test_only_a_contractual_item_not_fully_covered_is_a_gap():
    lines = coverage(OBLIGATIONS, [placed(says("C20", missing=("service.name",)))])
    assert [line.is_gap for line in lines] == [True, False, False]


def test_the_matrix_as_json_quotes_the_passage_and_speaks_the_language_asked():
    written = coverage_json(
        coverage(OBLIGATIONS, [placed(says("C20", missing=("service.name",)))]),
        Language.EN,
        lambda sentence: f"EN {sentence.text}" if isinstance(sentence, Sentence) else "",
    )
    assert (written["required"], written["covered"], written["complete"]) == (1, 0, False)
    first = written["obligations"][0]
    assert first["title"] == "title C20"
    assert first["why"].startswith("EN ")
    assert first["passages"] == [
        {
            "clause": "CL18",
            "article": "14.1",
            "anchor": "CL18_1",
            "quote": "Le Sous-traitant notifie.",
            "missing": ["service.name"],
        }
    ]
    assert first["missing"] == [{"key": "service.name", "label": "name of the service"}]


def test_the_contract_is_complete_when_its_own_items_are_whatever_the_others():
    def is_complete(*keys):
        return coverage_json(coverage(OBLIGATIONS, [placed(says(key)) for key in keys]), Language.FR)["complete"]

    own = [one.key for one in OBLIGATIONS if one.kind is ObligationClass.CONTRACT]
    others = [one.key for one in OBLIGATIONS if one.kind is not ObligationClass.CONTRACT]
    assert own
    assert others
    assert is_complete(*own) is True
    assert is_complete(*own[1:], *others) is False
    assert is_complete() is False
