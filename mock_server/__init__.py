"""The offline twin of the lip-sync API: it follows the rulebook, with state, time and media."""
