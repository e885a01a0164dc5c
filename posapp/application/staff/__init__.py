"""People at the till: who they are, signing in and locking, and agreeing to what a cashier may not do alone.

A shop in which nobody has a PIN works without any: whoever sells is the cashier, and another person agrees by number.
"""
