"""Tables read in a child process, whole: what `portal.core.spreadsheets.read_table_apart` asks for."""

from portal.core import spreadsheets
from portal.core.reading_child import answering

read_table = answering(spreadsheets.read_table)
