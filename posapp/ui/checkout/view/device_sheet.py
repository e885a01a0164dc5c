"""Devices and people: a row each with its state as icon, word and colour; beside them what may be done, by digits."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from posapp.application.ports import CameraPicture
from posapp.ui import fonts
from posapp.ui.checkout.device_intents import DeviceAct, DevicePage
from posapp.ui.checkout.device_sheet import DeviceRow, DeviceSheet
from posapp.ui.checkout.notice import Tone
from posapp.ui.checkout.view.lookup_list import CardList, CardRowDelegate
from posapp.ui.checkout.view.notice_bar import NoticeBar
from posapp.ui.checkout.view.part import Emit
from posapp.ui.checkout.view.sheet_parts import BackButton, DigitButtons, Tabs
from posapp.ui.context import UiContext
from posapp.ui.painting import paint_box, paint_icon, paint_text, text_width
from posapp.ui.theme import RADIUS_CHIP
from posapp.ui.widgets.box import Box, Rule
from posapp.ui.widgets.chip import TONES
from posapp.ui.widgets.layout import column, row
from posapp.ui.widgets.text import Paragraph, Text

_ROW, _STEP, _SIDE = 56, 62, 232
_PAGES, _MOST_ACTIONS = 2, 4
_PICTURE_HEIGHT = 131
_CHIP = {Tone.SUCCESS: "accent", Tone.INFO: "neutral", Tone.WARN: "warn", Tone.DANGER: "danger"}


class _DeviceDelegate(CardRowDelegate):
    """One device or person; a tap selects it."""

    height, step = _ROW, _STEP

    def paint_row(self, painter: QPainter, rect: QRectF, data: object) -> None:
        """Icon, what and where it is, and its state in a chip."""
        if not isinstance(data, DeviceRow):
            return
        ctx, px = self._ctx, self._ctx.px
        paint_icon(painter, ctx, rect.left(), rect.center().y() - px(12), data.icon, 24, "t2")
        chip = self._paint_state(painter, rect, data)
        left = rect.left() + px(38)
        width = chip - left - px(10)
        title = QRectF(left, rect.top() + px(4), width, px(26))
        paint_text(painter, title, ctx.text(data.title), ctx.font(17, fonts.BOLD), ctx.hex("t1"))
        detail = QRectF(left, rect.top() + px(30), width, px(22))
        paint_text(painter, detail, ctx.text(data.detail), ctx.font(14, fonts.MEDIUM), ctx.hex("t2"))

    def _paint_state(self, painter: QPainter, rect: QRectF, data: DeviceRow) -> float:
        """Paint the chip; returns its left edge."""
        ctx, px = self._ctx, self._ctx.px
        fill, ink, _line = TONES[_CHIP[data.tone]]
        font, words = ctx.font(14, fonts.SEMIBOLD), ctx.text(data.state)
        width = text_width(words, font) + px(40)
        box = QRectF(rect.right() - width, rect.center().y() - px(14), width, px(28))
        paint_box(painter, ctx, box, fill=fill, radius=RADIUS_CHIP)
        paint_icon(painter, ctx, box.left() + px(8), box.top() + px(6), data.state_icon, 16, ink)
        paint_text(painter, box.adjusted(px(29), 0, -px(8), 0), words, font, ctx.hex(ink))
        return box.left()


class _Picture(QWidget):
    """What the camera sees, so that a code can be aimed at it."""

    def __init__(self, ctx: UiContext) -> None:
        super().__init__()
        self._ctx, self._picture = ctx, QImage()
        self.setObjectName("camera_picture")
        self.setFixedSize(ctx.px(_SIDE), ctx.px(_PICTURE_HEIGHT))

    def show_picture(self, picture: CameraPicture | None) -> None:
        """Show another picture, or none."""
        if picture is None:
            self._picture = QImage()
        else:
            size = picture.width, picture.height, picture.width
            self._picture = QImage(picture.grey, *size, QImage.Format.Format_Grayscale8).copy()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The picture, whole, on a dark ground as large as the widget."""
        painter = QPainter(self)
        paint_box(painter, self._ctx, QRectF(self.rect()), fill="sunken", line="border")
        if self._picture.isNull():
            paint_icon(painter, self._ctx, self.width() / 2 - 16, self.height() / 2 - 16, "eye-off", 32, "t2")
            return
        small = self._picture.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage((self.width() - small.width()) // 2, (self.height() - small.height()) // 2, small)


class DeviceView(Box):
    """Renders `DeviceSheet`."""

    def __init__(self, ctx: UiContext, emit: Emit) -> None:
        super().__init__(ctx)
        self.setObjectName("device_sheet")
        px = ctx.px
        self._back = BackButton(ctx, emit)
        self._turn = Text(ctx, 14, fonts.MEDIUM, "t2")
        self._title = Text(ctx, 22, fonts.BOLD)
        self._tabs = Tabs(ctx, "device", _PAGES, lambda page: emit(DevicePage(page=page)))
        self._notice = NoticeBar(ctx, emit, name="device_notice")
        self.list: CardList[DeviceRow] = CardList(
            _DeviceDelegate(ctx, emit, numbered=False), self._describe, "device_list"
        )
        self._actions = DigitButtons(ctx, "device", _MOST_ACTIONS, lambda place: emit(DeviceAct(place)))
        self._picture, self._read = _Picture(ctx), Paragraph(ctx, 15, fonts.SEMIBOLD, "t1")
        side = QWidget()
        side.setFixedWidth(px(_SIDE))
        column(*self._actions.buttons, self._picture, self._read, None, spacing=px(6), into=side)
        column(
            row(self._back, self._turn, None, self._title, px(8)),
            row(*((tab, 1) for tab in self._tabs.buttons), spacing=px(8)),
            self._notice,
            (row((self.list, 1), Rule(ctx, vertical=True), side, spacing=px(12)), 1),
            spacing=px(10),
            margins=(px(14), px(8), px(14), px(14)),
            into=self,
        )

    def _describe(self, one: DeviceRow) -> str:
        text = self._ctx.text
        return f"{text(one.title)}, {text(one.detail)}, {text(one.state)}"

    def render_state(self, sheet: DeviceSheet) -> None:
        """Show another page, row or state."""
        ctx = self._ctx
        self._back.set(ctx.tr("sheet.close"))
        self._turn.set(ctx.tr("file.turn"))
        self._title.set(ctx.tr("device.title"))
        self._tabs.show(sheet.pages, sheet.page)
        self._notice.render_state(sheet.notice)
        self.list.show_rows(sheet.rows, sheet.selected)
        self._actions.show(sheet.buttons)
        self._picture.setVisible(sheet.picture is not None)
        self._picture.show_picture(sheet.picture)
        self._picture.setAccessibleName(ctx.tr("device.picture"))
        self._read.set(ctx.text(sheet.read))
        self._read.setVisible(bool(sheet.read))
