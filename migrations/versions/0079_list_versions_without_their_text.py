"""what lists show of a version stands in one index, so that its text is not gone through to find it"""

import sqlalchemy as sa
from alembic import op

revision = '0079'
down_revision = '0078'
branch_labels = None
depends_on = None

COLUMNS = ('contract_id', 'number', 'language', 'covered', 'required', 'docx_file_id', 'pdf_file_id', 'sha256', 'created_at')


def upgrade() -> None:
    counted = {
        'postgresql': "(CASE jsonb_typeof(blanks) WHEN 'array' THEN jsonb_array_length(blanks) ELSE 0 END)",
        'sqlite': 'json_array_length(blanks)',
    }[op.get_bind().dialect.name]
    op.create_index('ix_contract_version_listed', 'contract_version', [*COLUMNS, sa.text(counted)])


def downgrade() -> None:
    op.drop_index('ix_contract_version_listed', table_name='contract_version')
