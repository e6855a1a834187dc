"""Jobs of published terms: send for a page, read what was handed in. Outside any transaction, safe to repeat."""

from io import BytesIO
from typing import IO

from sqlalchemy.orm import joinedload
from sqlalchemy.orm.interfaces import ORMOption

from portal.authz.context import Context
from portal.core.language import Sentence
from portal.core.reading import NotRead
from portal.documents_in.errors import UnreadableDocument
from portal.jobs.ledger import Record, task
from portal.jobs.schedule import every_tick
from portal.paper import uploads
from portal.paper.contract_delays import delays_in_force
from portal.published_terms import fetching, queries, services
from portal.published_terms.contract_side import contract_side, texts_in_force
from portal.published_terms.models import PublishedPage, PublishedReading
from portal.published_terms.reading_apart import facts_apart, read_page_apart
from portal.published_terms.rules.addresses import NotFetched
from portal.published_terms.rules.contract_words import ContractSide
from portal.published_terms.rules.watching import PublishedState

every_tick("published.fetch_due")(services.fetch_due)


class _Sent:
    """What a site gave, as a file handed in."""

    def __init__(self, page: fetching.FetchedPage) -> None:
        self.filename: str | None = page.name
        self.stream: IO[bytes] = BytesIO(page.data)


@task("published.fetch", outside=True, lease_seconds=300)
def fetch(ctx: Context, *, page_id: int, job_id: int) -> Record | None:
    """Fetch a page and read it; one that nobody allows any more is left alone."""
    page = ctx.session.get(PublishedPage, page_id, options=[_with_vendor()])
    if page is None or not page.is_fetched or not page.address:
        return None
    try:
        sent = fetching.fetch_page(page.address)
        found = read_page_apart(sent.data, sent.name)
    except (NotFetched, UnreadableDocument, NotRead) as refusal:
        return _failed(page_id, refusal.sentence)
    side = _side(ctx, page)
    last = queries.last_read(ctx, page)
    changed = last is None or last.text_digest != found.text_digest
    sealed = uploads.seal_files([_Sent(sent)])[0] if changed else None

    def record(done: Context) -> None:
        row = done.session.get(PublishedPage, page_id, options=[_with_vendor()], with_for_update={"of": PublishedPage})
        if row is not None and row.is_fetched:
            services.record_fetch(done, row, found, side, sealed)

    return record


def _failed(page_id: int, sentence: Sentence) -> Record:
    def record(done: Context) -> None:
        row = done.session.get(PublishedPage, page_id, options=[_with_vendor()])
        if row is not None:
            services.record_failure(done, row, sentence, None)

    return record


@task("published.read", outside=True, lease_seconds=300)
def read(ctx: Context, *, reading_id: int, job_id: int) -> Record | None:
    """Read a text handed in; one that is read already, or refused, is left alone."""
    reading = ctx.session.get(
        PublishedReading,
        reading_id,
        options=[_with_page(), joinedload(PublishedReading.stored_file)],
        populate_existing=True,
    )
    if reading is None or reading.state is not PublishedState.WAITING or reading.stored_file is None:
        return None
    data = uploads.stored_content(reading.stored_file, reading.file_name)
    try:
        found = read_page_apart(data, reading.file_name)
    except (UnreadableDocument, NotRead) as refusal:
        return _unread(reading_id, refusal.sentence)
    side = _side(ctx, reading.page)

    def record(done: Context) -> None:
        row = _waiting(done, reading_id)
        if row is not None:
            services.record_reading(done, row, found, side)

    return record


def _with_vendor() -> ORMOption:
    return joinedload(PublishedPage.vendor)


def _with_page() -> ORMOption:
    return joinedload(PublishedReading.page).joinedload(PublishedPage.vendor)


def _unread(reading_id: int, sentence: Sentence) -> Record:
    def record(done: Context) -> None:
        row = _waiting(done, reading_id)
        if row is not None:
            services.record_failure(done, row.page, sentence, row)

    return record


def _waiting(done: Context, reading_id: int) -> PublishedReading | None:
    row = done.session.get(
        PublishedReading, reading_id, options=[_with_page()], with_for_update={"of": PublishedReading},
        populate_existing=True,
    )  # fmt: skip
    return row if row is not None and row.state is PublishedState.WAITING else None


def _side(ctx: Context, page: PublishedPage) -> ContractSide:
    """What the contracts in force state; one whose reading had to be stopped counts as unread."""
    texts = texts_in_force(ctx, page.vendor_id)
    try:
        return contract_side(texts, page.address, facts_apart, delays_in_force(ctx, [page.vendor_id]))
    except NotRead:
        return ContractSide(unread=True)
