"""One file a version of the schema. Knows no code of the service."""
