"""What a document handed in as proof says of itself, read locally and quoted; pure, no database, no clock.

`document_reading.read_evidence` takes the document that `documents_in` read; `vocabulary.toml` holds the words.
"""
