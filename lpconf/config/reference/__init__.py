"""Every word explained, and what stands where in a file."""
