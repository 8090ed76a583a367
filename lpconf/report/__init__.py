"""Values of `lpconf.model` in, text and JSON documents out. Nothing here decides, reads or writes anything."""
