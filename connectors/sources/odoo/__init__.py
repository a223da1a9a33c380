"""Odoo partners."""
