"""Models: one narrow protocol, and what implements it (an endpoint, a local checkpoint, a script) or wraps it.

This package knows no agent, no prompt and no verdict.
"""
