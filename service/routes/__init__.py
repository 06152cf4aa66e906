"""One file a concern: each route reads its request, asks the gate or the guard, and answers.

This package knows no wire shape by heart and takes no decision.
"""
