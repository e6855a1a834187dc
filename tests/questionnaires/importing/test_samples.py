"""Each sample of each format, kept as a draft and rendered to a vendor; the table of what is kept and lost is true."""

import re

import pytest
from sqlalchemy import select

from bench import import_losses
from portal.authz.policy import Role
from portal.core.language import french
from portal.questionnaires.importing.formats import FORMATS
from portal.questionnaires.models import OwnQuestionnaire
from portal.questionnaires.questionnaire_page import readable_draft
from tests.conftest import REAL
from tests.factories.import_samples import SAMPLES
from tests.factories.imports import drafts


def test_every_format_has_a_sample():
    assert {one.format_name for one in SAMPLES} == {one.name for one in FORMATS}
    assert all(one.imported().format_name == one.format_name for one in SAMPLES)


def squeezed(text):
    """A text without what the typography of a page, or its layout, changes of it."""
    return re.sub(r"\s+", "", french(text).replace("’", "'"))


def words_of(question, language):
    """All that whoever answers must read: the question, its choices, its columns and theirs."""
    yield question.text.read(language)
    if question.kind.writes_choices:
        yield from (choice.label.read(language) for choice in question.choices)
    for column in question.columns:
        yield column.label.read(language)
        yield from (choice.label.read(language) for choice in column.choices)


@pytest.mark.parametrize(
    "sample",
    SAMPLES,
    ids=lambda one: f"{one.format_name}-{one.name}",
)
def test_each_sample_is_kept_and_read_whole_on_the_vendor_s_own_page(as_, session, sample):
    report, client = sample.imported(), as_(Role.DPO)
    asked = 0
    for made, draft in zip(report.drafts, drafts(report), strict=True):
        client.post(
            "/questionnaires/importer/garder", {"toml": made.toml, "filename": sample.name},
            page="/questionnaires/importer",
        )  # fmt: skip
        own_id = max(session.scalars(select(OwnQuestionnaire.id)))
        readable, language = readable_draft(draft)
        for section in readable.sections:
            page = client.get(
                f"/questionnaires/apercu/ecrit/{own_id}/page?tout=1&langue={language.value}&partie={section.key}"
            )
            shown = squeezed(" ".join(page.one("//main").itertext()))
            for question in section.questions:
                asked += 1
                lacking = [text for text in words_of(question, language) if squeezed(text) not in shown]
                assert not lacking, question.key
    assert asked == sum(made.questions for made in report.drafts) > 0


def test_the_table_of_what_is_kept_and_lost_says_what_the_importers_say():
    text = import_losses.PAGE.read_text(encoding="utf-8")
    assert import_losses.written(text, {import_losses.OURS: import_losses.ours()}) == text, (
        "python -m bench.import_losses --write"
    )


@pytest.mark.real
@pytest.mark.skipif(not (REAL / "questionnaires").exists(), reason="les questionnaires réels ne sont pas là")
def test_the_table_of_the_files_of_others_is_true_too():
    text = import_losses.PAGE.read_text(encoding="utf-8")
    assert import_losses.written(text, {import_losses.OTHERS: import_losses.others()}) == text
