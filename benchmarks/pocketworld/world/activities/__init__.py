"""What people do in the world, by theme."""
