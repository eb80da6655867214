"""Tests of the findings, one module for each of their modules."""
