"""From blocks of text in reading order to a structured document, whatever the file format."""
