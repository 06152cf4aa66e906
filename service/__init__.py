"""The service speaks HTTP: wire shapes become our types and back, and nothing is released but through the gate.

This package knows no prompt, no agent's reasoning and no benchmark.
"""

from service.own_packages import check_own_packages

# Before anything of ours is imported: a judge from another distribution would be worse than none.
check_own_packages()
