"""The activities that people ask about, by theme."""
