# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
"""Contains endpoint functions for accessing the API"""
