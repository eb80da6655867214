"""Unit tests of the probes, one module for each of them that does more than count."""
