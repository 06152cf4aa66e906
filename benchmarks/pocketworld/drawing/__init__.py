"""Drawing: scenes of the world as pictures."""
