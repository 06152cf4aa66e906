"""The admin listener: a separate application, where administrators manage keys and read metrics.

Nothing of the proxy is on it: this package knows no gate and no route of the proxy.
"""
