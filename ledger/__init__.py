"""The double-entry engine: entries are pure values, PostgreSQL keeps them balanced, numbered, chained and for ever."""
