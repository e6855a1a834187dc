"""Freezing: lossless through JSON, under a digest that any change breaks."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.canonical_json import canonical_json
from portal.questionnaires.rules import snapshot
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.snapshot import digest_of, read_snapshot, snapshot_of
from portal.questionnaires.toml_fields import UnsoundQuestionnaire
from tests.effort import at_most
from tests.factories.questionnaires import junk, questionnaires, raw_document, raw_question


@at_most(12)
@given(questionnaires)
def test_a_frozen_questionnaire_comes_back_whole_through_json(questionnaire):
    frozen = snapshot_of(questionnaire)
    assert read_snapshot(json.loads(json.dumps(frozen))) == questionnaire
    assert snapshot_of(read_snapshot(frozen)) == frozen
    assert frozen["sha256"] == questionnaire.sha256 == digest_of(questionnaire)


@at_most(12)
@given(questionnaires)
def test_the_order_in_which_json_keys_come_back_does_not_matter(questionnaire):
    frozen = snapshot_of(questionnaire)
    assert read_snapshot(json.loads(json.dumps(frozen, sort_keys=True))) == questionnaire


def _places(node, path=()):
    if not isinstance(node, dict | list):
        yield path
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _places(inner, (*path, key))


@at_most(12)
@given(questionnaires, st.data())
def test_a_word_changed_after_freezing_is_noticed(questionnaire, data):
    frozen = copy.deepcopy(snapshot_of(questionnaire))
    place = data.draw(st.sampled_from(list(_places(frozen["questionnaire"]))))
    node = frozen["questionnaire"]
    for step in place[:-1]:
        node = node[step]
    node[place[-1]] = f"{node[place[-1]]}."
    with pytest.raises(UnsoundQuestionnaire, match="empreinte"):
        read_snapshot(frozen)


@at_most(12)
@given(questionnaires, questionnaires)
def test_two_questionnaires_share_a_digest_only_when_they_are_the_same(first, second):
    assert (first.sha256 == second.sha256) == (first == second)


@given(junk | st.fixed_dictionaries({"format": st.just(1), "sha256": junk, "questionnaire": junk}))
def test_what_is_not_a_frozen_questionnaire_is_refused_and_never_crashes(frozen):
    with pytest.raises(UnsoundQuestionnaire):
        read_snapshot(frozen)


@given(junk)
def test_junk_under_its_own_digest_is_refused_too(content):
    try:
        sha256 = snapshot._sha256(content)
    except (TypeError, ValueError):
        return
    with pytest.raises(UnsoundQuestionnaire, match="illisible"):
        read_snapshot({"format": 1, "sha256": sha256, "questionnaire": content})


def test_a_format_from_the_future_is_refused():
    frozen = snapshot_of(parse_questionnaire(raw_document())) | {"format": 2}
    with pytest.raises(UnsoundQuestionnaire, match="ne connaît pas"):
        read_snapshot(frozen)


def test_a_text_frozen_before_a_check_existed_can_still_be_read():
    """Today's checks must not lock yesterday's audits: thawing does not apply them."""
    frozen = snapshot_of(parse_questionnaire(raw_document(raw_question(articles=["28(3)"]))))
    frozen["questionnaire"]["sections"][0]["questions"][0]["articles"] = ["28(99)"]
    frozen["sha256"] = snapshot._sha256(frozen["questionnaire"])
    assert read_snapshot(frozen).questions[0].articles == ("28(99)",)


def test_a_field_that_holds_its_default_is_not_frozen_so_that_new_fields_change_no_old_digest():
    question = snapshot_of(parse_questionnaire(raw_document()))["questionnaire"]["sections"][0]["questions"][0]
    assert set(question) == {"key", "kind", "text", "why", "choices", "weight"}


def test_the_digest_of_a_known_text_is_this_one_for_ever():
    """A change here means that every digest written in receipts and contracts has lost its text."""
    assert (
        parse_questionnaire(raw_document()).sha256 == "9fab66ffb99e2873eb37b3b758376cb2d94931cdc2259369a9ae69123308973e"
    )


def test_canonical_json_is_ascii_sorted_and_without_spaces():
    assert canonical_json({"b": [1, 0.5], "a": "é"}) == b'{"a":"\\u00e9","b":[1,0.5]}'
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
