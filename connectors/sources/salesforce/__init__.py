"""Salesforce contacts and leads."""
