"""A lip-sync task from a real clip to a file that can be watched: `make demo`."""
