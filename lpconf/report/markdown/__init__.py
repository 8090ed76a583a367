"""Reviews and runs as markdown for comments and summaries."""
