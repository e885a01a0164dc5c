"""The wire: messages, segments, their columnar body, signatures and limits; spoken alike by till and server."""
