"""The database of a data folder: its engine, its schema and its locks.

This package knows no record and no key.
"""
