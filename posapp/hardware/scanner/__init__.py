"""Codes that come in by camera or by a serial line (scanner.md).

`reading` asks the decoder about one picture, `ladder` prepares pictures until one can be read, `agreement` says when a
reading is believed, `sighting` when a code counts again.  `camera` and `serial_line` are the devices.
"""
