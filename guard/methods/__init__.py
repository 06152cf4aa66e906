"""Methods: whole ways of guarding, one small file each. A deployment names one, a benchmark compares them.

A method knows its own calls and its own verdict format. It knows no deadlines, no failure mode and no HTTP.
"""
