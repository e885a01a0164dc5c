"""The member's file: everything about one member in one sheet, and what may be done about it."""
