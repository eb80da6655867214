"""Unit tests of the contract library, one module for each of its modules."""
