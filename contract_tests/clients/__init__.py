"""The generated clients of other languages, each in a program of its own, against a mock."""
