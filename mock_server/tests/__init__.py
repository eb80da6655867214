"""Tests of the server, one module of tests for each module of code."""
