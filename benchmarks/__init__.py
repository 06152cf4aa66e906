"""Benchmarks: cases, judges and statistics. They know the guard and its agents, and nothing of the service.

The modules here are the science: they know no harness, no report and no command line.
"""
