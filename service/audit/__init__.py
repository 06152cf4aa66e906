"""Records: what was decided and what came of it, appended, chained and durable. They hold no content; where a
deployment asks for it, content lies beside them and can be purged.

This package knows no HTTP, no model and no policy.
"""
