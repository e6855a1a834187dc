"""The kind of a document that proves nothing, apart from the words that are read to say so."""

NONE = "none"
