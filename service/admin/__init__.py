"""The admin listener: its application, its credential and its routes."""
