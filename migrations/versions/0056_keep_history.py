"""core: what standing rows said, from now on"""

import hashlib
import json
from datetime import UTC, date, datetime

import portal.core.db
import sqlalchemy as sa
from alembic import op

from portal.core import clock

revision = '0056'
down_revision = '0055'
branch_labels = None
depends_on = None

KEPT = {
    'legal_entity': (
        None, 'key', 'name', 'registration', 'lei', 'address', 'country', 'representative', 'dpo_contact',
        'privacy_contact', 'is_financial', 'is_nis2',
    ),
    'vendor': (
        'id', 'key', 'name', 'legal_name', 'legal_form', 'country', 'siren', 'siret', 'vat', 'lei', 'address',
        'website', 'representative', 'eu_representative', 'dpo_contact', 'breach_contact', 'status', 'tier',
        'inherent', 'owner_id', 'parent_id',
    ),
    'contact': ('vendor_id', 'name', 'email', 'phone', 'role'),
    'service': (
        'vendor_id', 'legal_entity_id', 'name', 'purpose', 'nature', 'description', 'data_details', 'retention',
        'categories', 'special_categories', 'has_special', 'subjects', 'has_vulnerable', 'volume', 'locations',
        'access', 'criticality', 'chain', 'transfer_mechanism', 'started_on', 'duration', 'ended_on',
    ),
    'signed_contract': (
        'vendor_id', 'title', 'signed_on', 'stored_file_id', 'cancelled_at', 'cancel_reason', 'is_contract',
        'ended_on',
    ),
    'contract': (
        'vendor_id', 'key', 'service_id', 'legal_entity_id', 'kind', 'title', 'counting_number', 'covered', 'required',
        'lacking', 'origin', 'state', 'parent_id', 'effective_on', 'effective_is_assumed', 'term_months',
        'renewal_months', 'notice', 'expires_on', 'signature_id', 'copy_reading', 'vouched_why', 'terminates_on',
        'ended_on', 'end_reason',
    ),
    'chain_company': (
        'vendor_id', 'key', 'name', 'vendor_id', 'address', 'contact', 'country', 'processing', 'source',
    ),
    'chain_transfer': (
        'company_id', 'country', 'importer', 'is_subject_to_rgpd', 'tool', 'module', 'assessed_on', 'assessment',
        'fallback',
    ),
    'incident': (
        'vendor_id', 'state', 'facts', 'declared_at', 'declared_by', 'from_vendor', 'aware_at', 'aware_reason',
        'notify_by', 'risk', 'risk_reason', 'assessed_by', 'assessed_at', 'notified_at', 'notified_reference',
        'delay_reason', 'spared_reason', 'decided_by', 'decided_at', 'persons_told_at', 'persons_told_how',
        'exemption', 'exemption_reason', 'effects', 'remedy', 'lessons', 'closed_at', 'closed_by', 'mistake_reason',
    ),
    'finding': (
        'vendor_id', 'subject', 'severity', 'title', 'state', 'action', 'proof_expected', 'responsible', 'due_on',
        'first_due_on', 'postponements', 'opened_at', 'failed_retests', 'closed_at', 'closed_by', 'closing_reason',
        'closing_basis', 'waived_until',
    ),
    'review': ('audit_id', 'question_key', 'round', 'verdict', 'comment', 'to_return', 'reviewed_at'),
    'paper_review': ('vendor_id', 'title', 'state', 'verdict', 'statuses', 'signature_id', 'contract_id'),
    'evidence': (
        'vendor_id', 'stored_file_id', 'kind', 'issuer', 'scope', 'sites', 'standard', 'issued_on', 'period_from',
        'period_to', 'expires_on', 'verdict', 'verdict_note', 'verified_at', 'uploaded_at',
    ),
}
"""By table: the column of whom a row belongs to, then what is kept of it."""


def upgrade() -> None:
    versions = op.create_table(
        'row_version',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('row_id', sa.Integer(), nullable=False),
        sa.Column('parent_id', sa.Integer(), nullable=True),
        sa.Column('at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('is_gone', sa.Boolean(), nullable=False),
        sa.Column('content', portal.core.db.JsonValue, nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_row_version')),
    )
    op.create_index('ix_row_version_row', 'row_version', ['kind', 'row_id', 'id'])
    op.create_index('ix_row_version_parent', 'row_version', ['kind', 'parent_id', 'row_id'])
    starts = op.create_table(
        'history_start',
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('kind', name=op.f('pk_history_start')),
    )
    connection = op.get_bind()
    now = clock.now()
    held = sa.MetaData()
    held.reflect(connection, only=[*KEPT, 'journal_entry'])
    journal = held.tables['journal_entry']
    is_empty = connection.execute(sa.select(journal.c.id).limit(1)).first() is None
    for kind, (parent, *names) in KEPT.items():
        table = held.tables[kind]
        rows = connection.execute(sa.select(table).order_by(table.c.id)).mappings().all()
        known_from_the_first = is_empty and not rows
        connection.execute(starts.insert().values(kind=kind, at=None if known_from_the_first else now))
        for start in range(0, len(rows), 1000):
            connection.execute(
                versions.insert(), [_version(kind, row, parent, names, now) for row in rows[start:start + 1000]]
            )


def _version(kind, row, parent, names, now):
    content = {name: _plain(row[name]) for name in names}
    text = json.dumps(content, sort_keys=True, separators=(',', ':'), allow_nan=False).encode('ascii')
    return {
        'kind': kind, 'row_id': row['id'], 'parent_id': row[parent] if parent else None, 'at': now, 'is_gone': False,
        'content': content, 'sha256': hashlib.sha256(text).hexdigest(),
    }


def _plain(value):
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def downgrade() -> None:
    op.drop_table('history_start')
    op.drop_table('row_version')
