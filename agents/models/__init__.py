"""Models: one narrow protocol, and what implements it (endpoint, local checkpoint, script) or wraps it.

This package knows no agent, no prompt and no verdict.
"""
