"""Unit tests of the media package, one module for each of its modules."""
