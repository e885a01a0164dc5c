"""QR codes as modules, for the printer, the preview and the customer's display."""

from __future__ import annotations

import qrcode


def code_matrix(content: str) -> list[list[bool]]:
    """The modules of a code, row by row, without the quiet zone; error correction level M."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(content.encode("utf-8"))
    return [[bool(module) for module in line] for line in code.get_matrix()]
