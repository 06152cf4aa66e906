"""Attacks on a judge of a conversation: what they say, where they are put, a harmless twin of each, and what they turn.

Knows no arm, no harness and no report.
"""
