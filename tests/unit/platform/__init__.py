"""Destinations/sms_platform."""
