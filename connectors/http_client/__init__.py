"""Asking over HTTP: backoff, limits, and which address may get a credential."""
