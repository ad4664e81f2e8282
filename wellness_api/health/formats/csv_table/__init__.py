"""Tables of any device or spreadsheet, with a mapping."""
