"""The questions of an audit in a workbook: written to be filled in elsewhere, read back cell by cell, merged."""
