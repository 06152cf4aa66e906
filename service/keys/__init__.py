"""Keys: who may ask which deployment, how often and for how much. Keys are created, limited and revoked.

A key's token is shown once; what is stored is its hash. This package knows no HTTP, no record of the audit log, no
gate and no route.
"""
