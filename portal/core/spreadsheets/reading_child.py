"""Tables read in a child process, whole: what `read_table_apart` and `read_sheets_apart` ask for."""

from portal.core import spreadsheets
from portal.core.reading_child import answering

read_table = answering(spreadsheets.read_table)
read_sheets = answering(spreadsheets.read_sheets)
