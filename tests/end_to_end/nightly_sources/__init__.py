"""Night after night, source by source: files, CRMs, databases."""
