"""The command `lipsync`: the client's verbs on a command line, and nothing that it cannot do."""
