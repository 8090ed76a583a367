"""From a plan to a run: the writes, one after another, and the proof that they took effect."""
