"""The console: pages on the admin listener where administrators look at decisions and change deployments.

Rendered here, with htmx for what refreshes itself. It knows no gate and no route of the proxy: its playground asks the
proxy over HTTP, as any client does.
"""
