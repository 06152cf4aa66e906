"""The parts of the run, each a file: what is broken, and the figures that must come out of it.

A part knows nothing of the others, nor of how its figures are kept and shown.
"""
