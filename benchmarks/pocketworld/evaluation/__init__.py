"""Evaluation: the embedded model through the agents and through a running proxy, and Pocket World as a benchmark."""
