"""Every screen and state of the till: walked through in a demo shop, painted in every look, and audited."""
