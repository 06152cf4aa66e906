"""The `situguard` command, a file for each of its subcommands.

This package knows no gate and no wire shape: `ask` is a client like any other, through the official openai package.
"""
