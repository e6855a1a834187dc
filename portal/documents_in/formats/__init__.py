"""One reader per file format, each from bytes to a `SourceDocument`, with what recognises a format."""
