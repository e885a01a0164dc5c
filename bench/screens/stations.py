"""The stations of the walk, in the order of a day; each leaves the till with nothing open."""

from __future__ import annotations

from datetime import timedelta

from bench.screens.walk import GOODS, Walk, demo_walk
from posapp.application.devices import Device, Gear, Health
from posapp.application.members import open_card
from posapp.application.passes import PassOrder, sell_pass
from posapp.application.ports import CameraPicture, PrinterFailed, PrinterFault
from posapp.application.printing.worker import PrinterNews
from posapp.application.till import Till
from posapp.domain.amounts import Money
from posapp.domain.errors import InvalidField
from posapp.domain.events import Tender
from posapp.domain.sale import TenderMethod
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.device_intents import DeviceAct, DevicePage, OpenDevices
from posapp.ui.checkout.device_modes import DevicesMode
from posapp.ui.checkout.file_intents import FileAct, FilePage
from posapp.ui.checkout.file_modes import FilePickMode
from posapp.ui.checkout.report_intents import OpenReport, ReportSpanChosen
from posapp.ui.checkout.session import OtherMemberMode, SyncStatus
from posapp.ui.checkout.staff_modes import OwnerMode
from posapp.ui.checkout.state import SyncKind
from posapp.ui.first_start import FirstStartPresenter

_FILE = (
    ("person", ("reveal", "edit", "number", "marketing", "guardian", "export", "leave", "reassign", "face")),
    ("wallet", ("give", "void", "hand_on", "card", "merge", "unmerge", "pass_back", "transfer", "bonus")),
    ("points", ("points", "tier", "share")),
    ("events", ("join", "quit", "arrive")),
    ("history", ("review",)),
)
_OTHER = "13957160009"
_PAPER = {"name": "林晓梅", "number": "11010519491231002X", "pin": "246802"}


def walk_in(walk: Walk) -> None:
    """From an empty counter to a sale for nobody in particular."""
    walk.look("empty", display=True)
    walk.steps("keymap", do.FunctionKey(1))
    walk.back()
    walk.scan(*GOODS)
    walk.steps("walk_in", do.QuantityKey("2"), display=True)
    walk.steps("unknown_code", do.ScanReceived("6900000000001"))
    walk.steps("new_item", do.NewItem())
    walk.back()
    walk.steps("price_of_line", do.FunctionKey(7))
    walk.back()
    walk.steps("price_of_order", do.FunctionKey(7, shift=True))
    walk.back()
    walk.steps("line_removed", do.RemoveLine())
    walk.send(do.Undo())
    walk.steps("goods_to_choose", do.EnterPressed("ymnt"))
    walk.back()
    walk.steps("new_card", do.FunctionKey(3))
    walk.steps("new_card_short", do.NewCardEdited("139571"))
    walk.steps("new_card_free", do.NewCardEdited("13957166099"))
    walk.steps("new_card_kind", do.RowMoved(1), do.RowMoved(1), do.RowMoved(1), do.RowMoved(1))
    walk.send(do.RowMoved(1))
    walk.steps("new_card_face", do.FunctionKey(3), do.FunctionKey(3), do.FunctionKey(3))
    walk.steps("new_card_taken", do.NewCardEdited("13857166021"))
    walk.send(do.NewCardEdited("13957166099"))
    walk.steps("new_card_opened", do.NewCardSubmitted("13957166099"))
    walk.steps("card_printed", do.PrintCard())
    walk.send(do.DetachMember())
    walk.back()
    walk.steps("lookup_none", do.MemberKey("0000"))
    walk.back()
    walk.steps("lookup_last4", do.MemberKey("6021"))
    walk.pick_member("林晓梅")
    walk.look("member_by_last4", display=True)
    walk.steps("member_by_code", walk.member_code())
    walk.steps("points_spent", do.FunctionKey(5, "800"), display=True)


def member_sheets(walk: Walk) -> None:
    """What a member has, while their sale is on the counter."""
    walk.steps("coupons", do.FunctionKey(4))
    walk.back()
    walk.steps("passes", do.FunctionKey(8, shift=True))
    walk.back()
    walk.steps("gifts", do.OpenGifts())
    walk.back()
    walk.steps("top_up", do.TopUp())
    walk.send(do.FormPicked(place=2))
    walk.steps("top_up_plan", walk.typed(_PAPER))
    walk.steps("top_up_refused", walk.sent({"number": "1", "pin": "1"}))
    walk.steps("top_up_done", walk.sent(_PAPER))
    walk.steps("card_closing", do.TopUp(), do.TopUp())
    walk.back()


def member_file(walk: Walk) -> None:
    """Each page of the file, and each of its dialogs."""
    till, cashier = walk.till, walk.presenter.cashier
    paid = (Tender(TenderMethod.CASH, Money(19_900), Money(19_900)),)
    member = walk.presenter.session.basket.member
    if member is None:
        raise TypeError("nobody is on the sale")
    sell_pass(till, PassOrder(b"walk", member.id, "latte10", paid, cashier))
    open_card(till, _OTHER, cashier.id, name="王小明")
    walk.send(do.OpenMemberFile())
    for place, (page, actions) in enumerate(_FILE):
        walk.steps(f"file_{page}", FilePage(page=place))
        for digit, action in enumerate(actions):
            before = walk.presenter.session.mode
            walk.send(FileAct(digit))
            if walk.presenter.session.mode != before or walk.presenter.session.toast is not None:
                walk.look(f"file_{page}_{action}")
                _go_on(walk, f"file_{page}_{action}")
            while walk.presenter.session.over is not None or getattr(walk.presenter.session.mode, "page", None) is None:
                walk.send(do.EscPressed())
            walk.presenter.toast(None)
    walk.back()


def _go_on(walk: Walk, name: str) -> None:
    """From the search for another member to what they get, from a list to the dialog of its first row."""
    if isinstance(walk.presenter.session.mode, OtherMemberMode):
        walk.steps(f"{name}_found", do.LookupEdited(_OTHER))
        walk.steps(f"{name}_other", do.EnterPressed())
    mode = walk.presenter.session.mode
    if isinstance(mode, FilePickMode) and mode.count:
        walk.steps(f"{name}_form", do.EnterPressed())


def reports(walk: Walk) -> None:
    """What is owed, and what waits for the server."""
    walk.steps("report", OpenReport())
    walk.steps("report_ever", ReportSpanChosen(2))
    walk.steps("report_save", do.EnterPressed())
    walk.steps("report_refused", do.FormSubmitted((("folder", "/proc/none"),)))
    walk.send(do.EscPressed())
    walk.back()
    walk.steps("exceptions", do.OpenInbox())
    walk.back()
    walk.steps("unsynced", do.ShowUnsynced())
    walk.back()


def surroundings(walk: Walk) -> None:
    """The network, the clock and the devices around the sale."""
    since = walk.clock.now() - timedelta(minutes=37)
    for name, status in (
        ("synced", SyncStatus(SyncKind.SYNCED)),
        ("syncing", SyncStatus(SyncKind.SYNCING, pending=12, done=8)),
        ("conflict", SyncStatus(SyncKind.CONFLICT, conflicts=2)),
        ("clock_wrong", SyncStatus(SyncKind.SYNCED, drift=timedelta(minutes=75))),
        ("offline_cash_only", SyncStatus(SyncKind.OFFLINE, pending=12, offline_since=since - timedelta(hours=80))),
        ("offline", SyncStatus(SyncKind.OFFLINE, pending=12, offline_since=since)),
    ):
        walk.presenter.sync_changed(status)
        walk.look(name)
    walk.steps("offline_refused", do.OpenMemberFile(), FilePage(page=1), FileAct(4))
    walk.back()
    walk.presenter.sync_changed(SyncStatus(SyncKind.SYNCED))
    for fault in PrinterFault:
        failure = PrinterFailed("the printer does not answer", "打印机没有应答", fault)
        walk.presenter.change(printer=PrinterNews(2, failure=failure))
        walk.look(f"printer_{fault.value}")
    walk.presenter.change(printer=PrinterNews(left=3))
    walk.look("printer_left")
    walk.presenter.change(printer=PrinterNews())


def devices(walk: Walk) -> None:
    """The sheet of devices and people, its dialogs, and a fault of each device."""
    grey = bytes((x * 255 // 320 + y) % 256 for y in range(180) for x in range(320))
    walk.send(OpenDevices())
    mode = walk.presenter.session.mode
    if not isinstance(mode, DevicesMode):
        raise TypeError("the devices are not open")
    found = tuple(Device(one.gear, Health.CHOSEN, "/dev/ttyUSB0") for one in mode.devices)
    walk.look("devices")
    for place, device in enumerate(found):
        fault = Device(device.gear, Health.FAULT, device.place, "The device does not answer.", "设备没有应答。")
        heard = {**walk.presenter.session.heard, device.gear: fault}
        picture = CameraPicture(320, 180, grey) if device.gear is Gear.CAMERA else None
        walk.presenter.change(
            heard=heard, mode=DevicesMode(found, place, picture, "6994651457662" if picture else "134567890123459902")
        )
        walk.look(f"device_{device.gear.value}_fault")
    walk.send(do.EscPressed())
    walk.look("device_lost")
    walk.presenter.change(heard={})
    for name, place in (("printer", 0), ("scanners", 2), ("pole", 4)):
        walk.send(OpenDevices(), do.PickRow(place))
        walk.steps(f"device_setup_{name}", DeviceAct(1))
        if name == "printer":
            walk.steps("device_setup_serial", do.FormPicked("device"))
            walk.steps("device_setup_refused", do.FormSubmitted((("address", ""), ("baud", "x"), ("join", ""))))
        walk.back()
    walk.send(OpenDevices())
    walk.steps("people", DevicePage(by=1))
    for name, place in (("add", 0), ("pin", 1), ("role", 2), ("leave", 3)):
        walk.steps(f"people_{name}", DeviceAct(place))
        walk.steps(f"people_{name}_refused", do.FormSubmitted((("number", "?"), ("pin", "1"), ("again", "2"))))
        walk.send(do.EscPressed())
    walk.back()


def paying(walk: Walk) -> None:
    """Park, take up, pay in each way, and the end of the sale."""
    walk.presenter.payments_ready()
    walk.steps("parked", do.FunctionKey(6))
    walk.steps("held", do.FunctionKey(6, shift=True))
    walk.send(do.PickRow(0))
    walk.steps("tender", do.PayKey(), display=True)
    walk.steps("tender_cash", do.TenderEdited("400"), display=True)
    walk.back()
    walk.send(do.DetachMember(), do.MemberKey("6021"))
    walk.pick_member("林晓梅")
    walk.steps("tender_pin", do.FunctionKey(11), display=True)
    walk.steps("tender_pin_wrong", do.FormSubmitted((("pin", "999999"),)))
    walk.back()
    walk.send(walk.member_code())
    walk.steps("tender_part_stored", do.FunctionKey(11, "50"), display=True)
    walk.back()
    walk.steps("tender_by_code", do.FunctionKey(12), display=True)
    walk.steps("charging", do.ScanReceived("134567890123459902"), display=True)
    walk.steps("charging_cancelled", do.EscPressed())


def after_the_sale(walk: Walk) -> None:
    """A finished sale, taken back, and a return that another person has to agree to."""
    walk.send(do.FunctionKey(6))
    walk.scan(*GOODS)
    walk.send(walk.member_code())
    walk.steps("complete", do.CashKey("1000"), display=True)
    walk.steps("reprinted", do.ReprintReceipt())
    walk.steps("voided", do.Undo(), display=True)
    walk.back()
    walk.scan("明前龙井", "明前龙井", "手工黄油曲奇")
    walk.send(do.QuickItemChosen(5, "0.75"), do.CashKey("500"), do.NextSale())
    walk.steps("returns", do.FunctionKey(9, shift=True))
    walk.steps("returns_none", do.EnterPressed("99"))
    walk.steps("return_lines", do.EnterPressed())
    walk.steps("return_too_many", do.ReturnEdited("9"))
    walk.steps("return_all", do.ReturnEdited(""), do.ReturnAll())
    walk.steps("approval", do.EnterPressed())
    walk.steps("approval_wrong", do.FormSubmitted((("number", "2001"), ("pin", "1111"))))
    walk.send(do.FormSubmitted((("number", "2001"), ("pin", "8024"))))
    walk.look("returned", display=True)
    walk.back()


def shift(walk: Walk) -> None:
    """The drawer, its count, the Z report, and the lock."""
    walk.steps("drawer", do.OpenDrawer())
    walk.send(do.EscPressed())
    walk.send(do.OpenShift())
    for place in range(6):
        walk.steps(f"shift_{place + 1}", do.FormPicked(place=place))
    walk.steps("shift_float_missing", do.FormPicked(place=0), do.FormSubmitted((("amount", "428"),)))
    walk.steps("shift_counted", do.FormSubmitted((("amount", "428"), ("opening", "300"))))
    walk.send(do.EscPressed(), do.EscPressed())
    walk.steps("lock", do.LockSession())
    walk.steps("lock_wrong", do.FormSubmitted((("number", "1001"), ("pin", "1111"))))
    walk.presenter.change(over=OwnerMode())
    walk.look("owner_pin")


def first_start(walk: Walk) -> None:
    """Before there is a shop."""
    starting = FirstStartPresenter(walk.shell, _NoStart(), lambda _till: None, walk.presenter.language)
    starting.start()
    walk.keep("first_start")
    starting.handle(do.StartEmptyShop(""))
    walk.keep("first_start_nameless")
    starting.handle(do.JoinServer("shop.example", "ABCD-EFGH"))
    walk.keep("first_start_refused")
    starting.show_trouble(InvalidField("data", "another program has it open", "另一个程序正在使用"))
    walk.keep("first_start_trouble")


class _NoStart:
    """Nothing can be begun here."""

    def demo(self) -> Till:
        """There is one already."""
        raise InvalidField("data", "there is a shop already", "已经有一家店了")

    def empty(self, _name: str) -> Till:
        """The name is missing."""
        raise InvalidField("name", "the shop's name is missing", "店名不能为空")

    def join(self, _address: str, _code: str) -> Till:
        """The code is not known."""
        raise InvalidField("code", "the one-time code is not known", "没有这个一次性码")


STATIONS = (
    walk_in,
    member_sheets,
    member_file,
    reports,
    surroundings,
    devices,
    paying,
    after_the_sale,
    shift,
    first_start,
)


def walked(language: str) -> Walk:
    """The whole walk in a language."""
    with demo_walk(language) as walk:
        for station in STATIONS:
            station(walk)
        return walk
