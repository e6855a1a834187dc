"""the texts under which a vendor is looked up when one that resembles it is entered"""

import sqlalchemy as sa
from alembic import op

from portal.vendors.rules.spellings import texts_of

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

TEXT = sa.String(length=220).with_variant(sa.String(length=220, collation='C'), 'postgresql')
SPELLING = sa.table('vendor_spelling', sa.column('text'), sa.column('vendor_id'))
NUMBERS = ('siren', 'siret', 'vat', 'lei')
VENDOR = sa.table('vendor', sa.column('id'), sa.column('name'), sa.column('legal_name'), *map(sa.column, NUMBERS))
AT_ONCE = 20_000


def upgrade() -> None:
    op.create_table(
        'vendor_spelling',
        sa.Column('text', TEXT, nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_vendor_spelling_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('text', 'vendor_id', name=op.f('pk_vendor_spelling')),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_vendor_spelling_vendor_id'), 'vendor_spelling', ['vendor_id'], unique=False)
    connection = op.get_bind()
    rows = [
        {'text': text, 'vendor_id': vendor.id}
        for vendor in connection.execute(sa.select(VENDOR))
        for text in texts_of(vendor.name, vendor.legal_name, [getattr(vendor, number) for number in NUMBERS])
    ]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(SPELLING.insert(), rows[start : start + AT_ONCE])


def downgrade() -> None:
    op.drop_table('vendor_spelling')
