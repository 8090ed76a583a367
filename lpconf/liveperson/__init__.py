"""The client of LivePerson's API: finds the account's hosts, signs in, reads and writes settings."""
