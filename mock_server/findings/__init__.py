"""What a report card looks for in a journal: one function for each bad habit of a client."""
