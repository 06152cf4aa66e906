"""Parts of one's own for Situguard. It knows nothing of this package; the entry points in pyproject.toml say where."""
