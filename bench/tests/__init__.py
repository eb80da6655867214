"""The bench itself still runs."""
