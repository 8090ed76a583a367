"""An engagement's button, as far as it can be drawn."""
