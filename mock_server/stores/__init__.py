"""Stores that outlive a process, or are shared by several; docs/stores.md says what is where."""
