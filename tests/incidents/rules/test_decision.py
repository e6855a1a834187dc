from itertools import product

from portal.incidents.rules.decision import (
    Answered,
    ClosingFacts,
    Exemption,
    RiskLevel,
    RiskQuestion,
    missing_before_closing,
    proposed_risk,
)

Q, Y, N, U = RiskQuestion, Answered.YES, Answered.NO, Answered.UNKNOWN


def test_what_is_not_known_is_never_good_news():
    """The cheapest lie: « je ne sais pas » everywhere, and nothing to notify."""
    for answers in product(Answered, repeat=len(Q)):
        said = dict(zip(Q, answers, strict=True))
        if proposed_risk(said) is RiskLevel.UNLIKELY:
            assert said[Q.RESTORED] is Y
            assert said[Q.UNREADABLE] is Y or said[Q.IDENTIFIED] is N
    assert proposed_risk({}) is RiskLevel.RISK


def test_sensitive_data_that_can_be_read_is_a_high_risk():
    assert proposed_risk({Q.SENSITIVE: Y, Q.UNREADABLE: N}) is RiskLevel.HIGH
    assert proposed_risk({Q.SENSITIVE: Y, Q.UNREADABLE: U}) is RiskLevel.HIGH


def test_a_breach_is_closed_once_what_its_risk_obliges_to_is_done():
    for risk, is_notified, told, exemption in product([None, *RiskLevel], [0, 1], [0, 1], [None, Exemption.PROTECTED]):
        may_close = missing_before_closing(ClosingFacts(risk, bool(is_notified), bool(told), exemption)) is None
        assert may_close is (
            risk is RiskLevel.UNLIKELY
            or (risk is RiskLevel.RISK and is_notified == 1)
            or (risk is RiskLevel.HIGH and is_notified == 1 and (told == 1 or exemption is not None))
        )
