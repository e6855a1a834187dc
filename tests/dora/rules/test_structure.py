"""The data files hold together, say how sure each column is, and name everything in both languages."""

import copy
import tomllib

import pytest

from portal.dora.models import DoraContract, DoraEntity, DoraFunction, DoraProvider, DoraService
from portal.dora.reference import FOLDER, structure
from portal.dora.rules.structure import CellKind, Sureness, read_condition, read_structure
from portal.dora.wording import FACT_NAMES
from portal.vendors.reference import atlas

MODELS = (DoraEntity, DoraFunction, DoraProvider, DoraContract, DoraService)


def documents():
    return (tomllib.loads((FOLDER / name).read_text()) for name in ("tables.toml", "codes.toml"))


def test_the_fifteen_tables_are_there():
    groups = [code[2:4] for code in structure().tables]
    assert len(groups) == 15
    assert sorted(set(groups)) == ["01", "02", "03", "04", "05", "06", "07", "99"]


def test_each_column_says_how_sure_it_is_and_since_when():
    for table in structure().tables.values():
        for column in table.columns:
            assert column.sure in Sureness
            assert column.checked_on == structure().checked_on


def test_every_column_of_a_key_that_may_not_apply_says_what_it_then_holds():
    for table in structure().tables.values():
        for column in table.columns:
            if column.code in table.key:
                assert column.blank or [term.name for term in column.required] == ["always"], (table.code, column.code)


def test_every_identifier_says_its_type():
    for table in structure().tables.values():
        for column in table.columns:
            if column.kind is CellKind.IDENTIFIER:
                assert table.column(column.type).list == "code_type"


@pytest.mark.parametrize("spoil", ["to", "list", "type", "required", "key"])
def test_a_name_that_leads_nowhere_is_refused(spoil):
    tables, codes = documents()
    tables = copy.deepcopy(tables)
    table = next(one for one in tables["table"] if one["code"] == "B_05.02")
    if spoil == "key":
        table["key"] = ["c9999"]
    else:
        column = next(one for one in table["column"] if spoil in one)
        column[spoil] = {"to": "B_09.09.c0010", "list": "rien", "type": "c9999", "required": "c9999 filled"}[spoil]
    with pytest.raises((KeyError, ValueError, StopIteration)):
        read_structure(tables, codes, atlas().codes)


@pytest.mark.parametrize("text", ["", "sometimes", "c0010 is A", "c0010 = A = B"])
def test_a_condition_that_says_nothing_is_refused(text):
    with pytest.raises(ValueError, match="condition"):
        read_condition(text)


def test_a_list_that_is_whole_admits_nothing_else():
    lists = structure().lists
    assert not lists["ict_service"].holds("eba_TA:S20")
    assert lists["activity"].holds("eba_TA:x999")
    assert not lists["activity"].holds("eba_TA:S01")


def test_every_fact_that_is_asked_has_a_column_and_every_column_its_words():
    kept = {column.key for model in MODELS for column in model.__mapper__.column_attrs}
    structural = {"legal_entity_id", "id", "vendor_id", "company_id", "contract_id", "service_id", "definitions",
                  "changed_at"}  # fmt: skip
    assert kept - structural == set(FACT_NAMES) - {"functions", "underpins", "company"}
