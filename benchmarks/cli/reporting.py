"""`situguard-bench report`."""
def report(run: str) -> None:
    """x"""
