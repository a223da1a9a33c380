"""Tests, by what they look at: a room alone, a rule, a contract, the whole."""
