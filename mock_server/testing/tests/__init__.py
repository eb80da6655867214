"""Tests of the instrument that tests are given."""
