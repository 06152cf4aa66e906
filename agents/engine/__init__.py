"""The local engine: a checkpoint in this process, with continuous batching over a KV cache.

This package knows no agent, no prompt and no endpoint.
"""
