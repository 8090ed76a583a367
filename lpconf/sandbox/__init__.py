"""A simulator of LivePerson's account configuration, over real HTTP on loopback.

It shares no code with the client that it serves to test, so that a mistake in one cannot hide in the other. What it
enforces is in one table, `rules.RULES`, each rule with the evidence for it; what it holds is in another,
`collections.COLLECTIONS`. "Facts 3.3" in a comment means section 3.3 of the facts about LivePerson's API.

This module imports nothing: the web framework is paid for only by those who import `lpconf.sandbox.server`.
"""
