"""The `situguard` command, with a file for each of its subcommands.

This package knows no gate, no route and no wire shape: `ask` is a client like any other, through the official openai
package.
"""
