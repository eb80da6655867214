"""The suite measures itself: how many broken servers it tells from the correct one.

A mutant is a copy of the server with one rule broken.  It is applied to a copy of the code, which
is loaded beside the original in a process of its own: the server has no switch for it, and the
suite, its client and its spec stay as they are.
"""
