"""The lip-sync contract as a library: the rulebook, and its rules as pure functions on facts."""
