"""the chain of processors: companies by name, who engages whom, names judged one company, transfers, law tried"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('applied_law',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applied_law')),
    sa.UniqueConstraint('digest', name=op.f('uq_applied_law_digest'))
    )
    op.create_table('chain_company',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('folded_name', sa.String(length=300), nullable=False),
    sa.Column('sought', sa.String(length=600), nullable=False),
    sa.Column('knot', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.Integer(), nullable=True),
    sa.Column('is_vendor_chosen', sa.Boolean(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('country', sa.String(length=5), nullable=False),
    sa.Column('processing', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk_chain_company_vendor_id_vendor')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_company')),
    sa.UniqueConstraint('key', name=op.f('uq_chain_company_key')),
    sa.UniqueConstraint('name', name=op.f('uq_chain_company_name'))
    )
    op.create_index(op.f('ix_chain_company_folded_name'), 'chain_company', ['folded_name'])
    op.create_index(op.f('ix_chain_company_knot'), 'chain_company', ['knot'])
    op.create_index(op.f('ix_chain_company_vendor_id'), 'chain_company', ['vendor_id'])

    op.create_table('chain_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('engaging_id', sa.Integer(), nullable=False),
    sa.Column('engaged_id', sa.Integer(), nullable=False),
    sa.Column('service', sa.String(length=500), nullable=False),
    sa.Column('countries', sa.String(length=200), nullable=False),
    sa.Column('source_kind', sa.Enum('liste', 'sous_traitant', name='linksource', native_enum=False, length=40), nullable=False),
    sa.Column('source', sa.String(length=500), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['engaged_id'], ['chain_company.id'], name=op.f('fk_chain_link_engaged_id_chain_company')),
    sa.ForeignKeyConstraint(['engaging_id'], ['chain_company.id'], name=op.f('fk_chain_link_engaging_id_chain_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_link'))
    )
    op.create_index('ix_chain_link_engaged', 'chain_link', ['engaged_id', 'valid_until'])
    op.create_index('ix_chain_link_engaging', 'chain_link', ['engaging_id', 'valid_until'])
    op.create_index('uq_chain_link_live', 'chain_link', ['engaging_id', 'engaged_id', 'service', 'countries', 'source_kind'], unique=True, sqlite_where=sa.text('valid_until IS NULL'), postgresql_where=sa.text('valid_until IS NULL'))

    op.create_table('chain_transfer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('country', sa.String(length=5), nullable=False),
    sa.Column('importer', sa.Text(), nullable=False),
    sa.Column('is_subject_to_rgpd', sa.Boolean(), nullable=True),
    sa.Column('tool', sa.Enum('inconnu', 'adequation', 'clauses', 'regles', 'code', 'derogation', 'aucun', name='transfertool', native_enum=False, length=40), nullable=False),
    sa.Column('module', sa.Enum('', 'm1', 'm2', 'm3', 'm4', name='clausemodule', native_enum=False, length=40), nullable=False),
    sa.Column('assessed_on', sa.Date(), nullable=True),
    sa.Column('assessment', sa.Text(), nullable=False),
    sa.Column('fallback', sa.Enum('inconnu', 'adequation', 'clauses', 'regles', 'code', 'derogation', 'aucun', name='transfertool', native_enum=False, length=40), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['chain_company.id'], name=op.f('fk_chain_transfer_company_id_chain_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chain_transfer')),
    sa.UniqueConstraint('company_id', 'country', name=op.f('uq_chain_transfer_company_id_country'))
    )
    op.create_table('name_judgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('one_id', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Enum('meme', 'autre', name='nameverdict', native_enum=False, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=200), nullable=False),
    sa.Column('undone_reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['one_id'], ['chain_company.id'], name=op.f('fk_name_judgement_one_id_chain_company')),
    sa.ForeignKeyConstraint(['other_id'], ['chain_company.id'], name=op.f('fk_name_judgement_other_id_chain_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_name_judgement'))
    )
    op.create_index('ix_name_judgement_one', 'name_judgement', ['one_id', 'undone_at'])
    op.create_index('ix_name_judgement_other', 'name_judgement', ['other_id', 'undone_at'])



def downgrade() -> None:
    op.drop_table('name_judgement')
    op.drop_table('chain_transfer')
    op.drop_table('chain_link')
    op.drop_table('chain_company')
    op.drop_table('applied_law')
