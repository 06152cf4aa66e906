"""`make bench-speed`: what a guarded request costs, beside other guards in the same run.

A model that waits as long as it is told to, one worker of each server, and a client that counts. The servers are
programs of their own on a core of their own: nothing of the service is imported here, and nothing of a peer.
"""
