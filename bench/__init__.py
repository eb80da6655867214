"""How fast the mock is beside a bare ASGI application and beside Prism, measured in one run."""
