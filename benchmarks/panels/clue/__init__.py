"""CLUE: a picture judged by written rules, without anyone's labels (CVPR 2025, arXiv 2501.00192)."""
