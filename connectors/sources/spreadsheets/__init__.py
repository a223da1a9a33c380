"""Xlsx, xlsm, xlsb, xls, ods."""
