"""Everything about bytes: what a file is, who is seen in it, and what a finished task can be downloaded as."""
