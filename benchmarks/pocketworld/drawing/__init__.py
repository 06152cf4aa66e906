"""Scenes of the world as pictures, drawn with Pillow. Knows the world, and nothing of how scenes are sampled."""
