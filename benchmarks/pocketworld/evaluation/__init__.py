"""Evaluation of the embedded model, by itself and behind a running proxy."""
