"""OpenAI's wire shapes: requests become canonical conversations, replies become bodies and events.

This package knows no method, no verdict's making, and of records only that they may fail.
"""
