"""Saying it: the result as JSON, on the terminal, as an Excel workbook. Modules are imported when they are needed."""
