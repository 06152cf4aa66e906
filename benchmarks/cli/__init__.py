"""The `situguard-bench` command. It reads options and prints; what is measured, and how, it does not know."""
