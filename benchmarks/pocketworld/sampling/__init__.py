"""Situations drawn at random, in balanced pairs and quads. Knows the world, and nothing of how scenes are drawn."""
