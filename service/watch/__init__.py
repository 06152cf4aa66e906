"""Watching the guard itself: canaries with a known answer, verdict rates that drift, models that get no calls.

It tells operators, and decides nothing: no request waits for it. It knows no HTTP request and no key.
"""
