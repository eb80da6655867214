"""Tests of the generated client, and of what generates it."""
