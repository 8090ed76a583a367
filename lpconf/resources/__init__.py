"""What lpconf knows of each kind of thing: one module per kind, pure tables and functions."""
