"""Both payment providers on this machine, over real HTTP: for tests, and for trying out the demo shop.

It stands beside the adapters that speak to it, because it knows the same wire formats from the other side, and because
the server is the only one that speaks to providers: the demo till is a server of its own.  The layers allow that:
`posapp.bootstrap` may start what `sync.server` defines, and nothing of the till may import it.  It is made of the
standard library's HTTP server, so that it starts in a millisecond and ships without a further dependency.

What the buyer's phone does is chosen by a test (`Clearing.expect`), or in the demo shop by the last four digits of the
payment code: see `buyers.BY_LAST_DIGITS`.
"""
