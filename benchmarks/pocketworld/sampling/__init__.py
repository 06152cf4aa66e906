"""Sampling: which situations are drawn, in pairs and quads."""
