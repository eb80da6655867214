"""Unit tests of the client, one module for each of its modules."""
