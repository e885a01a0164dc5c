"""The pure core: amounts, facts, ledger, programme and pricing.

Standard library only.  The same code runs at the till and at the server, so both reach the same cent.
"""
