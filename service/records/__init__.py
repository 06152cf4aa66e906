"""Records: what was decided and what came of it, appended, chained and durable. They hold no content.

This package knows no HTTP, no model and no policy.
"""
