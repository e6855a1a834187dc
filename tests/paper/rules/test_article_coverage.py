"""How much of art. 28 a checked text writes: by obligation, each once, unread ones not covered."""

from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.life import ArticleCoverage
from portal.contracts.rules.model import BilingualWords
from portal.core.language import Language
from portal.paper.rules.article_coverage import article_coverage
from portal.paper.rules.check_result import Check, ContractVerdict, RequirementResult, RequirementStatus

NO_WORDS = BilingualWords("", "")
S = RequirementStatus
DUE = frozenset({"C01", "C02", "C03"})


def checked(*results):
    """A check with these requirements: the obligations they read, and the status of each."""
    return Check(
        Language.FR, ContractVerdict.TO_REVIEW, NO_WORDS,
        tuple(RequirementResult(f"r{place}", names, status, NO_WORDS) for place, (names, status) in enumerate(results)),
    )  # fmt: skip


def coverage(*results):
    check = checked(*results)
    return article_coverage(check, {one.id: one.status for one in check.requirements}, DUE)


def test_an_obligation_that_nothing_reads_is_not_covered():
    assert coverage() == ArticleCoverage(0, 3)
    assert coverage((("C01", "S09"), S.SATISFIED), (("C02",), S.NOT_APPLICABLE)) == ArticleCoverage(2, 3)


def test_an_obligation_holds_when_all_that_read_it_do():
    assert coverage((("C01",), S.SATISFIED), (("C01", "C02"), S.WEAK)) == ArticleCoverage(0, 3)


RESULTS = st.tuples(st.lists(st.sampled_from([*sorted(DUE), "S09"]), min_size=1).map(tuple), st.sampled_from(S))


@given(st.lists(RESULTS, max_size=8), RESULTS)
def test_one_more_reading_that_fails_never_raises_it(results, added):
    names, status = added
    if status.holds:
        return
    assert coverage(*results, (names, status)).covered <= coverage(*results).covered
