"""The values that everything speaks in. Frozen, without behaviour that reads or writes anything."""
