"""The contract tests: they hold any server against the spec, from outside.

Only `targets.py` knows the mock server, and only to start it.
"""
