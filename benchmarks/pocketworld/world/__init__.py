"""The world: its places, activities and household, and which of them go together safely."""
