"""Methods: whole ways of guarding. A deployment names one, and a benchmark compares them.

A method knows its own calls and its own verdict format. It knows no deadlines, no failure mode and no HTTP.
"""
