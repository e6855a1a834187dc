"""the words of the titles of findings, contracts and received contracts, in indexes that a search goes along"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

LONGEST = 220
TEXT = sa.String(length=LONGEST).with_variant(sa.String(length=LONGEST, collation='C'), 'postgresql')
THINGS = {'finding': 'finding_id', 'contract': 'contract_id', 'paper_review': 'review_id'}
"""What has words, and the column of its index that names it."""
AT_ONCE = 20_000


def upgrade() -> None:
    for thing, number in THINGS.items():
        name = f'{thing}_word'
        op.create_table(
            name,
            sa.Column('text', TEXT, nullable=False),
            sa.Column(number, sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [number], [f'{thing}.id'], name=op.f(f'fk_{name}_{number}_{thing}'), ondelete='CASCADE'
            ),
            sa.PrimaryKeyConstraint('text', number, name=op.f(f'pk_{name}')),
            sqlite_with_rowid=False,
        )
        op.create_index(op.f(f'ix_{name}_{number}'), name, [number], unique=False)
        _fill(thing, sa.table(name, sa.column('text'), sa.column(number)), number)


def _fill(thing: str, words: sa.TableClause, number: str) -> None:
    connection = op.get_bind()
    held = sa.select(sa.column('id'), sa.column('sought')).select_from(sa.table(thing))
    rows = [
        {'text': word, number: row.id}
        for row in connection.execute(held)
        for word in dict.fromkeys(word[:LONGEST] for word in row.sought.split())
    ]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(words.insert(), rows[start : start + AT_ONCE])


def downgrade() -> None:
    for thing in THINGS:
        op.drop_table(f'{thing}_word')
