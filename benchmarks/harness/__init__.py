"""Runs benchmarks over Inspect AI: arms of a proxy, logs, resume, cache. Knows no prompt, no label, no statistic."""
