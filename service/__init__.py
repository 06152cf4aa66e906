"""The service speaks HTTP: wire shapes become our types and back, and nothing is released but through the gate.

This package knows no prompt, no agent's reasoning and no benchmark.
"""
