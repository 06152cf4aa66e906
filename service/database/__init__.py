"""The database of a data folder, and the files beside it: engine, transactions, schema, locks.

The only package that knows SQLite. It knows no record, no key and nothing else of the service: the audit log and the
store of keys bring their own tables.
"""
