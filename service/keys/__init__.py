"""Keys: who may ask which deployment, how often and for how much; created, limited and revoked.

This package knows no request, no reply and no verdict. A key is shown once; what is stored is its hash.
"""
