"""Everything about bytes: what a file is, who is seen in it, and what a task results in."""
