"""The `situguard-bench` command: it reads options, calls harness and report, and prints. It knows no measure."""
