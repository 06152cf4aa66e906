"""The schema of the records, as migration files, run at start. Knows no code of the service."""
