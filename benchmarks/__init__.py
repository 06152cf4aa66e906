"""Benchmarks: cases, judges and statistics. They know the guard and its agents, and nothing of the service."""
