"""the sub-processors of a vendor, and the places its data are in, each from a day until another"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

TABLES = {
    'sub_processor': ('name', 'service', 'country', 'address', 'contact', 'data'),
    'data_transfer': ('recipient', 'country', 'usage', 'mechanism', 'assessed_on'),
}


def upgrade() -> None:
    for name, texts in TABLES.items():
        op.create_table(
            name,
            sa.Column('id', sa.Integer(), nullable=False),
            sa.Column('vendor_id', sa.Integer(), nullable=False),
            *(sa.Column(text, sa.Text(), nullable=False) for text in texts),
            sa.Column('valid_from', sa.Date(), nullable=False),
            sa.Column('valid_until', sa.Date(), nullable=True),
            sa.ForeignKeyConstraint(
                ['vendor_id'], ['vendor.id'], name=op.f(f'fk_{name}_vendor_id_vendor'), ondelete='CASCADE'
            ),
            sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        )
        op.create_index(f'ix_{name}_vendor', name, ['vendor_id', 'valid_until'], unique=False)


def downgrade() -> None:
    for name in TABLES:
        op.drop_index(f'ix_{name}_vendor', table_name=name)
        op.drop_table(name)
