"""Bytes for receipt printers, against python-escpos where its bytes are right, and beside it where they are not."""

from __future__ import annotations

import io

import pytest
from escpos.printer import Dummy
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from posapp.application.printing.setup import Paper, PrinterSetup
from posapp.application.slip_rows import Row, Style
from posapp.hardware import escpos
from posapp.hardware.columns import columns_of, is_rare
from posapp.hardware.receipt_picture import code_picture, line_picture, picture
from posapp.ui.fonts import font

JOIN = "https://qinghe.example/join?s=wensan"


@pytest.fixture(scope="session")
def encoder(qapp: QApplication) -> escpos.Encoder:
    del qapp
    return escpos.Encoder(PrinterSetup(), font)


def oracle() -> Dummy:
    return Dummy()


def test_initialising_cutting_kicking_and_asking_are_the_oracles() -> None:
    theirs = oracle()
    theirs.hw("INIT")
    assert theirs.output == escpos.INITIALISE
    theirs = oracle()
    theirs.print_and_feed(3)
    theirs.cut(feed=False)
    assert theirs.output == escpos.FEED_AND_CUT
    theirs = oracle()
    theirs.cashdraw([27, 112, 0, 25, 250])
    assert theirs.output == escpos.KICK == bytes.fromhex("1B700019FA")
    assert bytes.fromhex("100404") == escpos.ASK_PAPER


def test_ascii_is_the_oracles_byte_for_byte(encoder: escpos.Encoder) -> None:
    theirs = oracle()
    theirs.hw("INIT")
    theirs._raw(b"Due          103.11\n")
    theirs.print_and_feed(3)
    theirs.cut(feed=False)
    assert encoder.slip((Row("Due          103.11"),)) == theirs.output


def test_a_code_that_the_printer_draws_is_the_oracles_byte_for_byte() -> None:
    theirs = oracle()
    theirs.qr(JOIN, ec=1, size=6, native=True)
    assert escpos.native_code(JOIN, 6) == theirs.output
    hanzi = bytes.fromhex("1D286B0900315030") + "会员".encode() + bytes.fromhex("1D286B0300315130")
    assert escpos.native_code("会员", 3).endswith(hanzi)


def test_a_picture_is_the_oracles_byte_for_byte(qapp: QApplication) -> None:
    del qapp
    ours = code_picture(JOIN, 6)
    theirs = oracle()
    theirs.image(as_pillow(ours), impl="bitImageRaster", fragment_height=240)
    assert escpos.raster(ours) == theirs.output


def as_pillow(image: QImage) -> Image.Image:
    return Image.frombytes(
        "L", (image.width(), image.height()), bytes(image.constBits()), "raw", "L", image.bytesPerLine()
    )


def test_hanzi_stand_between_their_commands_where_the_oracle_sends_none() -> None:
    """python-escpos 3.1 never sends `FS &`: many heads then print the bytes as Latin."""
    assert escpos.line("应收 ￥103.11") == (
        bytes.fromhex("1C26 D3A6 CAD5 1C2E") + b" " + bytes.fromhex("1C26 A3A4 1C2E") + b"103.11"
    )
    theirs = oracle()
    theirs.text("应收")
    assert escpos.HANZI_ON not in theirs.output


def test_the_yuan_sign_is_two_bytes_where_the_oracle_sends_four(encoder: escpos.Encoder) -> None:
    """U+00A5 is 81 30 84 36 in GB18030, which a GBK head prints as junk (domain.md trap 14)."""
    assert "\u00a5".encode("gb18030") == bytes.fromhex("81308436")
    sent = encoder.slip((Row("\u00a51.00"),))
    assert bytes.fromhex("A3A4") in sent
    assert bytes.fromhex("81308436") not in sent
    assert not sent.startswith(escpos.INITIALISE + b"\x1dv0")


@pytest.mark.parametrize("rare", ["㛃", "𠮷", "ñ", "😀"])
def test_a_row_with_a_character_of_four_bytes_is_sent_as_a_picture(encoder: escpos.Encoder, rare: str) -> None:
    row = Row(f"收银 {rare}一")
    sent = encoder.slip((Row("before"), row, Row("after")))
    picture_bytes = escpos.raster(line_picture(row, Paper.MM58, font))
    assert picture_bytes.startswith(bytes.fromhex("1D763000 3000 1800"))
    assert sent == (escpos.INITIALISE + b"before\n" + picture_bytes + b"after\n" + escpos.FEED_AND_CUT)
    assert any(picture_bytes[8:]), "there is ink"
    assert rare.encode("gb18030") not in sent


def test_a_row_as_a_picture_has_each_character_in_its_columns(qapp: QApplication) -> None:
    """Ink of the same character falls on the same dots whatever stands beside it."""
    del qapp
    alone = line_picture(Row("        吉"), Paper.MM58, font)
    beside = line_picture(Row("12345678吉 元"), Paper.MM58, font)
    cell = (8 * 12, 0, 24, 24)
    assert alone.copy(*cell) == beside.copy(*cell)
    assert alone.copy(0, 0, 8 * 12, 24) != beside.copy(0, 0, 8 * 12, 24)


def test_styles_are_switched_on_and_off_around_their_row(encoder: escpos.Encoder) -> None:
    sent = encoder.slip((Row("A", Style.STRONG), Row("B", Style.TALL)))
    assert sent == (
        escpos.INITIALISE + bytes.fromhex("1B4501") + b"A\n" + bytes.fromhex("1B4500")
        + bytes.fromhex("1D2101 1C2108") + b"B\n" + bytes.fromhex("1C2100 1D2100") + escpos.FEED_AND_CUT
    )  # fmt: skip


def test_a_printer_without_codes_of_its_own_gets_a_picture_of_the_code(qapp: QApplication) -> None:
    del qapp
    row = Row(JOIN, Style.QR)
    drawn = escpos.Encoder(PrinterSetup(prints_codes=False), font).slip((row,))
    native = escpos.Encoder(PrinterSetup(), font).slip((row,))
    assert escpos.CENTRE + b"\x1dv0\x00" in drawn
    assert b"\x1d(k" not in drawn
    assert escpos.CENTRE + b"\x1d(k" in native


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_no_text_can_give_the_printer_a_command(encoder: escpos.Encoder, text: str) -> None:
    """A product may be called anything: whatever is below a space would be a command."""
    sent = encoder.slip((Row(text),))[len(escpos.INITIALISE) : -len(escpos.FEED_AND_CUT)]
    if sent.startswith(b"\x1dv0"):
        return
    for command in (escpos.HANZI_ON, escpos.HANZI_OFF):
        sent = sent.replace(command, b"")
    assert all(byte >= 0x20 for byte in sent.removesuffix(b"\n"))


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_categories=["Cc", "Cs"]), max_size=30))
def test_what_is_not_rare_reads_back_and_takes_as_many_columns_as_bytes(text: str) -> None:
    kept = "".join(character for character in text if character.isprintable() and not is_rare(character))
    sent = escpos.line(kept)
    for command in (escpos.HANZI_ON, escpos.HANZI_OFF):
        sent = sent.replace(command, b"")
    assert sent.decode("gb18030") == kept
    assert columns_of(kept) == len(sent)


def test_the_preview_is_what_is_printed_dot_for_dot(qapp: QApplication) -> None:
    """A row as the preview shows it is the row as a picture that is sent."""
    del qapp
    rows = (Row("青禾生活", Style.TALL), Row("明前龙井 50g            128.00"), Row(JOIN, Style.QR))
    shown = picture(rows, Paper.MM58, font)
    assert shown.copy(24, 24, 384, 48) == line_picture(rows[0], Paper.MM58, font)
    assert shown.copy(24, 24 + 48 + 6, 384, 24) == line_picture(rows[1], Paper.MM58, font)
    buffer = io.BytesIO()
    as_pillow(shown).save(buffer, "PNG")
    assert decoded(buffer.getvalue()) == [JOIN]


def decoded(png: bytes) -> list[str]:
    import zxingcpp  # noqa: PLC0415 - by this one test

    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]
