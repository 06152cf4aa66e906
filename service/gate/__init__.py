"""The gate: draft, judge, record, release, review. Nothing goes out but through it.

This package knows no route and no middleware.
"""
