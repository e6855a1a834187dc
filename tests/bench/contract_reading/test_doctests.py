"""The examples in the docstrings of the laboratory hold."""

import doctest

import pytest

from bench.contract_reading import command, measures, naive_checks


@pytest.mark.parametrize("module", [command, measures, naive_checks], ids=lambda module: module.__name__)
def test_examples_hold(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
