"""The pure core: what is declared and what is live go in, a plan comes out. No HTTP, no files, no clock."""
