"""dora: entities whose register of information is kept, and what only that register asks"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None


def _text(name: str, most: int) -> sa.Column:
    return sa.Column(name, sa.String(length=most), nullable=False)


def _to(table: str, column: str, other: str, ondelete: str = 'CASCADE') -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f'{other}.id'], name=op.f(f'fk_{table}_{column}_{other}'), ondelete=ondelete
    )


def upgrade() -> None:
    with op.batch_alter_table('legal_entity') as table:
        table.add_column(
            sa.Column('keeps_dora_register', sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table('legal_entity') as table:
        table.alter_column('keeps_dora_register', existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        'dora_entity',
        sa.Column('legal_entity_id', sa.Integer(), nullable=False),
        sa.Column('keeps_register', sa.Boolean(), nullable=False),
        _text('authority', 200),
        _text('entity_type', 40),
        _text('hierarchy', 40),
        _text('parent_lei', 20),
        _text('currency', 3),
        sa.Column('total_assets', sa.BigInteger(), nullable=True),
        sa.Column('integrated_on', sa.Date(), nullable=True),
        sa.Column('has_branches', sa.Boolean(), nullable=True),
        sa.Column('branches', portal.core.db.JsonValue, nullable=False),
        sa.Column('definitions', portal.core.db.JsonValue, nullable=False),
        sa.Column('changed_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        _to('dora_entity', 'legal_entity_id', 'legal_entity'),
        sa.PrimaryKeyConstraint('legal_entity_id', name=op.f('pk_dora_entity')),
    )
    op.create_table(
        'dora_function',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('legal_entity_id', sa.Integer(), nullable=False),
        _text('name', 200),
        _text('activity', 40),
        _text('criticality', 40),
        sa.Column('reasons', sa.Text(), nullable=False),
        sa.Column('assessed_on', sa.Date(), nullable=True),
        sa.Column('rto_hours', sa.Integer(), nullable=True),
        sa.Column('rpo_hours', sa.Integer(), nullable=True),
        _text('impact', 40),
        _to('dora_function', 'legal_entity_id', 'legal_entity'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dora_function')),
    )
    op.create_index('ix_dora_function_legal_entity_id', 'dora_function', ['legal_entity_id'])
    op.create_table(
        'dora_provider',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=True),
        sa.Column('company_id', sa.Integer(), nullable=True),
        _text('latin_name', 200),
        _text('code_type', 40),
        _text('code', 80),
        _text('person', 40),
        sa.Column('is_own_parent', sa.Boolean(), nullable=True),
        _text('parent_name', 200),
        _text('parent_code_type', 40),
        _text('parent_code', 80),
        _text('parent_country', 2),
        sa.CheckConstraint('(vendor_id IS NULL) <> (company_id IS NULL)', name=op.f('ck_dora_provider_one_company')),
        _to('dora_provider', 'vendor_id', 'vendor'),
        _to('dora_provider', 'company_id', 'chain_company'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dora_provider')),
        sa.UniqueConstraint('vendor_id', name=op.f('uq_dora_provider_vendor_id')),
        sa.UniqueConstraint('company_id', name=op.f('uq_dora_provider_company_id')),
    )
    op.create_table(
        'dora_contract',
        sa.Column('contract_id', sa.Integer(), nullable=False),
        _text('reference', 120),
        _text('arrangement', 40),
        sa.Column('overarching_id', sa.Integer(), nullable=True),
        sa.Column('answers_to_id', sa.Integer(), nullable=True),
        _text('currency', 3),
        sa.Column('annual_cost', sa.BigInteger(), nullable=True),
        sa.Column('has_no_end', sa.Boolean(), nullable=True),
        sa.Column('notice_days', sa.Integer(), nullable=True),
        sa.Column('provider_notice_days', sa.Integer(), nullable=True),
        _text('governing_law', 2),
        _to('dora_contract', 'contract_id', 'contract'),
        _to('dora_contract', 'overarching_id', 'contract', 'SET NULL'),
        _to('dora_contract', 'answers_to_id', 'contract', 'SET NULL'),
        sa.PrimaryKeyConstraint('contract_id', name=op.f('pk_dora_contract')),
    )
    for column in ('reference', 'overarching_id', 'answers_to_id'):
        op.create_index(f'ix_dora_contract_{column}', 'dora_contract', [column])
    op.create_table(
        'dora_service',
        sa.Column('service_id', sa.Integer(), nullable=False),
        sa.Column('is_ict', sa.Boolean(), nullable=True),
        sa.Column('not_ict_why', sa.Text(), nullable=False),
        _text('ict_type', 40),
        sa.Column('branch_codes', portal.core.db.JsonValue, nullable=False),
        _text('provision_country', 2),
        sa.Column('stores_data', sa.Boolean(), nullable=True),
        sa.Column('rest_countries', portal.core.db.JsonValue, nullable=False),
        sa.Column('processing_countries', portal.core.db.JsonValue, nullable=False),
        _text('sensitivity', 40),
        _text('reliance', 40),
        _text('substitutability', 40),
        _text('hard_reason', 40),
        sa.Column('audited_on', sa.Date(), nullable=True),
        sa.Column('never_audited', sa.Boolean(), nullable=False),
        sa.Column('has_exit_plan', sa.Boolean(), nullable=True),
        _text('reintegration', 40),
        _text('impact', 40),
        _text('alternatives', 40),
        sa.Column('alternative_names', sa.Text(), nullable=False),
        _to('dora_service', 'service_id', 'service'),
        sa.PrimaryKeyConstraint('service_id', name=op.f('pk_dora_service')),
    )
    op.create_table(
        'dora_support',
        sa.Column('service_id', sa.Integer(), nullable=False),
        sa.Column('function_id', sa.Integer(), nullable=False),
        _to('dora_support', 'service_id', 'service'),
        _to('dora_support', 'function_id', 'dora_function'),
        sa.PrimaryKeyConstraint('service_id', 'function_id', name=op.f('pk_dora_support')),
    )
    op.create_index('ix_dora_support_function_id', 'dora_support', ['function_id'])
    op.create_table(
        'dora_subcontractor',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('service_id', sa.Integer(), nullable=False),
        sa.Column('company_id', sa.Integer(), nullable=False),
        sa.Column('underpins', sa.Boolean(), nullable=False),
        _text('decided_by', 200),
        sa.Column('decided_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        _to('dora_subcontractor', 'service_id', 'service'),
        _to('dora_subcontractor', 'company_id', 'chain_company'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_dora_subcontractor')),
        sa.UniqueConstraint(
            'service_id', 'company_id', name=op.f('uq_dora_subcontractor_service_id_company_id')
        ),
    )
    op.create_index('ix_dora_subcontractor_company_id', 'dora_subcontractor', ['company_id'])


def downgrade() -> None:
    for name in ('subcontractor', 'support', 'service', 'contract', 'provider', 'function', 'entity'):
        op.drop_table(f'dora_{name}')
    with op.batch_alter_table('legal_entity') as table:
        table.drop_column('keeps_dora_register')
