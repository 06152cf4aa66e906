"""Pure ASGI layers around the application: limits, admission and deadlines for every connection.

This package knows no deployment and no verdict.
"""
