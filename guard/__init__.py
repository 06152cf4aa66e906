"""The guard decides: agents' findings become a verdict, and a verdict becomes an action.

This package knows no HTTP, no records and no benchmark. It can be used in process, through `guard.guard.Guard`.
"""
