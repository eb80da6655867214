"""The lip-sync contract as a library: the rulebook, the rules as pure functions, and their facts."""
