# Generated from spec/openapi.yaml by openapi-python-client 0.29.1; do not edit: make client.
"""Contains methods for accessing the API"""
