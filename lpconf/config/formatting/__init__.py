"""The layout of YAML files: what `lpconf fmt` writes anew."""
