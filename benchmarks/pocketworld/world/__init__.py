"""The world: its places, things, signs, activities and household tasks, and what is unsafe where."""
