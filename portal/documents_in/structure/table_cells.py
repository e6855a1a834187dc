"""Rows of a table from what its cells hold; a table that only sets clauses side by side is read cell by cell.

Standard library only.
"""

from collections.abc import Iterator, Sequence

from portal.documents_in.document import ParagraphKind
from portal.documents_in.structure.blocks import Block

LONG_CELL = 250
"""Characters; two cells longer than this side by side are columns of clauses, not a table."""


def table_rows(table: Sequence[Sequence[Sequence[Block]]]) -> Iterator[Block]:
    """The rows of a table given as its cells' blocks.

    >>> [block.text for block in table_rows([[[Block("Lieu")], [Block("Lyon")]], [[Block("Durée")], [Block("un an")]]])]
    ['Lieu | Lyon', 'Durée | un an']
    """
    lengths = [sorted((sum(len(block.text) for block in cell) for cell in row), reverse=True) for row in table]
    columns = any(len(sizes) > 1 and sizes[1] > LONG_CELL for sizes in lengths)
    boxed = all(len(row) <= 1 for row in table)
    for row in table:
        if columns or boxed:
            yield from (block for cell in row for block in cell)
            continue
        cells = [" ".join(f"{block.label or ''} {block.text}".strip() for block in cell) for cell in row]
        if any(cells):
            yield Block(" | ".join(cells), ParagraphKind.ROW)
