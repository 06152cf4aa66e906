"""The audit log: what was decided and what came of it, appended, chained and durable.

Records hold no content. Where a deployment asks for it, content lies in files beside them and can be purged.

This package knows no HTTP, no model and no policy.
"""
