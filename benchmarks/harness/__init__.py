"""Runs benchmarks over Inspect AI: arms of a proxy, logs, resuming, caching. It knows no statistics and no report."""
