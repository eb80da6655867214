"""The client: `LipSync` and `AsyncLipSync`, two thin drivers of one implementation without I/O."""
