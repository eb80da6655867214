"""Stores that outlive a process, or are shared by several; docs/sizing.md says which to take."""
