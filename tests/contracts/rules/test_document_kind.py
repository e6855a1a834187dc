"""What is no contract of art. 28 never counts as one, signed or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.document_kind import NOT_COVERING, DocumentKind
from portal.contracts.rules.life import ContractPosition, ContractState, CopyReading, standing_of
from portal.vendors.rules.standing import ContractStanding

OTHERS = [kind for kind in DocumentKind if kind is not DocumentKind.PROCESSING]


@given(
    st.lists(
        st.builds(
            ContractPosition,
            state=st.sampled_from(ContractState),
            copy=st.sampled_from([None, *CopyReading]),
            is_amendment=st.booleans(),
            kind=st.sampled_from(OTHERS),
        )
    )
)
def test_letters_assessments_and_arrangements_add_up_to_no_contract(positions):
    assert standing_of(positions) == (ContractStanding.NONE, None)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_kind_that_does_not_count_says_why(kind):
    assert kind.counts is (kind not in NOT_COVERING)
    assert not (kind.counts and kind.hangs)
