"""Attacks on a judge of a conversation: what they say, where they are put, and a harmless twin of each.

Knows no arm, no harness and no statistics.
"""
