"""The `situguard-bench` command: options in, words out. It knows no protocol, no statistic and no line of a report."""
