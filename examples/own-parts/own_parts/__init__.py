"""Your own parts for Situguard. Situguard finds them by the entry points in pyproject.toml."""
