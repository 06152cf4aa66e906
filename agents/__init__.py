"""Agents: what one agent sees, asks and reports.

This package knows no graph, no policy that turns findings into a verdict for a deployment, and no HTTP server.
"""
