"""Documents that come from outside (DOCX, ODT, PDF, HTML, Markdown, text), read into paragraphs with their places.

`reader.read_document` recognises the format and calls its reader under `formats`; `structure` tells titles, lists,
annexes and languages; `document` holds the result. PDF files are opened in a child process (`pdf_child`). Nothing here
knows what the documents are read for.
"""
