"""Runs benchmarks over Inspect AI: arms of a proxy, logs, resuming, caching. It knows no statistic and no report."""
