"""Judges that make several calls for one label. They know no benchmark, no arm and no HTTP client."""
