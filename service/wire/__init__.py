"""OpenAI's wire shapes: requests become canonical conversations, replies become bodies and events.

This package knows no deployment's method, no verdict's making and no record.
"""
