"""The conformance suite as a product: `lipsync-conformance` runs it and writes its reports."""
