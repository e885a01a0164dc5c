"""Use cases: one public function each, one transaction each, returning what changed.

Only the screens that show what changed are refreshed.
"""
