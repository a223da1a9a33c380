"""CRM sources against the stand-ins."""
