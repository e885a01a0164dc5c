"""Nothing is cut in any state of a payment by code, in either language, on any size of window (ux.md §9)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from posapp.domain.payment import Payment, Stage
from posapp.ui.checkout import intents as do
from posapp.ui.checkout.code_paying import PaymentMoved
from posapp.ui.checkout.intents import SetLanguage
from posapp.ui.checkout.session import TenderMode
from posapp.ui.i18n import Language
from tests.ui.conftest import MakeWindow
from tests.ui.counters import Counter, open_counter, until
from tests.ui.fitting import misfits

NOBODY_CONFIRMS = "130012345678909903"
STAGES = (Stage.SENDING, Stage.USER_PAYING, Stage.UNKNOWN, Stage.REVERSING, Stage.MANUAL)


def begun(counter: Counter) -> Payment | None:
    mode = counter.session.mode
    return mode.charging.payment if isinstance(mode, TenderMode) and mode.charging is not None else None


def cut(counter: Counter) -> list[str]:
    QApplication.processEvents()
    return misfits(counter.window)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1280, 600), (1920, 1080)])
def test_every_state_of_a_payment_fits(
    tmp_path: Path, make_window: MakeWindow, size: tuple[int, int], language: Language
) -> None:
    counter = open_counter(tmp_path, make_window(size=size, language=language))
    try:
        presenter = counter.presenter
        presenter.handle(SetLanguage(language.value))
        until(lambda: counter.session.scan_pay, "somebody who takes payments")
        counter.scan_goods("明前龙井", "手工黄油曲奇")
        # What the basket alone cuts is not about payments.
        before = cut(counter)
        presenter.handle(do.FunctionKey(12))
        found = {"asking": cut(counter)}
        counter.scan(NOBODY_CONFIRMS)
        until(lambda: (payment := begun(counter)) is not None and payment.stage is Stage.USER_PAYING, "a payment")
        payment = begun(counter)
        assert payment is not None
        for stage in STAGES:
            presenter.payment_news(PaymentMoved(replace(payment, stage=stage)))
            found[stage.name] = cut(counter)
        presenter.payment_news(PaymentMoved(replace(payment, cancelled=payment.created)))
        found["cancelled"] = cut(counter)
        presenter.payment_news(PaymentMoved(replace(payment, stage=Stage.DECLINED, reason="NOT_ENOUGH")))
        found["declined"] = cut(counter)
    finally:
        counter.close()
    assert {
        name: misfit for name, cuts in found.items() if (misfit := [one for one in cuts if one not in before])
    } == {}
