"""CSV, TSV and everything with a delimiter: encoding, dialect, header, two readers."""
