"""One room at a time: tables of named cases."""
