"""Tests of the demo: what it promises on the screen is true of the files that it leaves."""
