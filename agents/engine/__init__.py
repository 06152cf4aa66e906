"""The local engine: runs a checkpoint in this process, with continuous batching over a KV cache.

This package knows no agent, no prompt set and no endpoint.
"""
