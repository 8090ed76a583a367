"""The consumer test page."""
