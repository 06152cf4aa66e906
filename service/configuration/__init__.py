"""The configuration while it runs: its versions, and how every process comes to serve the newest one.

It knows no HTTP, no record and no key. The guard says what a configuration means; here is who serves which one.
"""
