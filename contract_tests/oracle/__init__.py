"""A model of the service, written from the vendor's words and the rulebook's sentences alone.

It shares no code with a server or with the functions that enforce the rules: numbers come from the
limits in `spec/rules.yaml`, everything else is written here a second time.  `modelled.Modelled` is
an account of which every exchange is held against the model.
"""
