"""The database below the nouns: engine, tables, migrations."""
