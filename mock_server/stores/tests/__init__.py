"""Tests of the stores beside the one in memory."""
