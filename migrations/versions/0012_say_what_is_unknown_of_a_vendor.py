"""a tier that is not known is none; cells corrected on the page, facts asked by a link, long forms kept as drafts"""

import sqlalchemy as sa
from alembic import op

import portal.core.db

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

INSTANT = portal.core.db.UtcDateTime(timezone=True)
JSON = portal.core.db.JsonValue
TIER = sa.Enum('faible', 'moyen', 'eleve', 'critique', name='tier', native_enum=False, length=40)
LANGUAGE = sa.Enum('fr', 'en', name='language', native_enum=False, length=40)
VENDOR = sa.table('vendor', *map(sa.column, ('tier', 'inherent', 'tier_floor', 'tier_ceiling')))
IMPORT = sa.table('vendor_import', sa.column('corrections', JSON))


def upgrade() -> None:
    op.add_column('vendor', sa.Column('tier_floor', TIER, nullable=True))
    op.execute(VENDOR.update().values(tier_floor=VENDOR.c.tier))
    # What was counted by prudence is not known: the job of each night weighs every vendor again and finds the range.
    provisional = VENDOR.c.tier != VENDOR.c.tier_ceiling
    sure = VENDOR.c.tier.in_(['eleve', 'critique'])
    op.execute(VENDOR.update().where(provisional, ~sure).values(inherent=None))
    op.execute(VENDOR.update().where(provisional).values(tier=None))
    op.add_column('vendor_import', sa.Column('corrections', JSON, nullable=True))
    op.execute(IMPORT.update().values(corrections={}))
    with op.batch_alter_table('vendor_import', schema=None) as batch_op:
        batch_op.alter_column('corrections', existing_type=JSON, nullable=False)
    op.create_table(
        'form_draft',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('values', JSON, nullable=False),
        sa.Column('saved_at', INSTANT, nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_form_draft_user_id_user'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_form_draft')),
        sa.UniqueConstraint('user_id', 'key', name=op.f('uq_form_draft_user_id_key')),
    )
    op.create_table(
        'facts_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('service_id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('language', LANGUAGE, nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=True),
        sa.Column('asked_at', INSTANT, nullable=False),
        sa.Column('expires_at', INSTANT, nullable=False),
        sa.Column('answered_by', sa.String(length=200), nullable=False),
        sa.Column('answered_at', INSTANT, nullable=True),
        sa.Column('answers', JSON, nullable=False),
        sa.Column('settled_at', INSTANT, nullable=True),
        sa.Column('accepted', sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(['asked_by_id'], ['user.id'], name=op.f('fk_facts_request_asked_by_id_user')),
        sa.ForeignKeyConstraint(
            ['service_id'], ['service.id'], name=op.f('fk_facts_request_service_id_service'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_facts_request_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_facts_request')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_facts_request_token_hash')),
    )
    for column in ('vendor_id', 'service_id', 'asked_by_id'):
        op.create_index(op.f(f'ix_facts_request_{column}'), 'facts_request', [column], unique=False)


def downgrade() -> None:
    op.drop_table('facts_request')
    op.drop_table('form_draft')
    with op.batch_alter_table('vendor_import', schema=None) as batch_op:
        batch_op.drop_column('corrections')
    # The version before knows no tier without a described service: what was counted by prudence is the floor again.
    op.execute(VENDOR.update().where(VENDOR.c.tier.is_(None)).values(tier=VENDOR.c.tier_floor))
    op.drop_column('vendor', 'tier_floor')
