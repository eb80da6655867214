"""Unit tests of the rules, one module for each of their modules."""
