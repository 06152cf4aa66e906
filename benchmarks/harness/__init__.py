"""Runs benchmarks over Inspect AI: arms behind a proxy, logs, resume, cache. Knows no prompt, no label, no statistic."""
