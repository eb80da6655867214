"""The offline twin of the lip-sync API: a server that follows the rulebook with real state, time and media."""
