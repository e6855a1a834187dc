"""A portal behind which somebody does something to the database and to the files."""

from sqlalchemy import select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.journal import services, signed_heads
from portal.journal.models import JournalEntry
from portal.journal.queries import chain, chain_link
from portal.journal.rules import GENESIS, seal
from portal.journal.verification import verify_journal
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories.tampering import tamper
from tests.factories.things import Thing
from tests.factories.vendors import entered


class Copy:
    """A portal whose journal is anchored and signed: ten entries, three of them with the rows they tell of."""

    def __init__(self, database, folder):
        self.database, self.anchor, self.folder = database, folder / "anchor.jsonl", folder
        self.write(5)
        with database.transaction() as session:
            signed_heads.sign_head(Context(session, SYSTEM, NOW))
        for name in ("Acme", "Bravo"):
            with database.transaction() as session:
                entered(Context(session, SYSTEM, NOW), name)
        with database.transaction() as session:
            row = session.scalars(select(Vendor).where(Vendor.name == "Acme")).one()
            ctx = Context(session, SYSTEM, NOW)
            before, after = services.changes(row, {"name": "Acme SAS"})
            services.record(ctx, "vendor.described", row, before=before, after=after)
        self.write(2)

    def write(self, count):
        for number in range(count):
            with self.database.transaction() as session:
                services.record(Context(session, SYSTEM, NOW), "chose.faite", Thing(number + 1), after={"n": number})

    def does(self, *statements):
        with self.database.transaction() as session:
            tamper(session, *statements)

    def verified(self):
        with self.database.reading() as session:
            return verify_journal(Context(session, SYSTEM, NOW))

    def found(self):
        return {one.kind: str(one.sentence) for one in self.verified().findings}

    def chained_again(self, start, key, **changed):
        """Every entry from one on chained again, the first of them changed."""
        with self.database.reading() as session:
            links = list(chain(session, after=start - 1))
            previous = chain_link(session.get_one(JournalEntry, start - 1)).hash if start > 1 else GENESIS
        statements = []
        for link in links:
            content = {**link.content, **(changed if link.id == start else {})}
            digest = seal(previous, content, key)
            values = {"previous_hash": previous, "hash": digest, **(changed if link.id == start else {})}
            statements.append(update(JournalEntry).where(JournalEntry.id == link.id).values(**values))
            previous = digest
        self.does(*statements)
