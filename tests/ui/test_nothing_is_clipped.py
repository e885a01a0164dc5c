"""No label, button or figure is cut, and no widget is squeezed out of its place, in any sample state (ux.md §9)."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from bench.samples import SAMPLES
from posapp.ui.context import SCALES_PERCENT
from posapp.ui.i18n import Language
from posapp.ui.main_window import MainWindow
from posapp.ui.painting import record_cuts
from tests.ui.conftest import MakeWindow
from tests.ui.fitting import misfits, misplaced

ROOMY = ((1366, 768), (1920, 1080))


def _every_problem(window: MainWindow, language: Language) -> dict[str, list[str]]:
    # A view that the window does not show yet would fit whatever it says.
    window.build()
    QApplication.processEvents()
    assert window.view.isVisible()
    found = {}
    for name, sample in SAMPLES.items():
        window.render_state(sample(english=language is Language.EN))
        found[name] = misfits(window)
    return {name: problems for name, problems in found.items() if problems}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("size", ROOMY)
def test_every_state_fits_at_full_scale(make_window: MakeWindow, size: tuple[int, int], language: Language) -> None:
    window = make_window(size=size, language=language)
    assert (window.width(), window.height()) == size
    assert _every_problem(window, language) == {}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [scale for scale in SCALES_PERCENT if scale > 100])
def test_every_state_fits_at_larger_scales(make_window: MakeWindow, scale: int, language: Language) -> None:
    window = make_window(size=(1366, 768), language=language, scale=scale)
    assert _every_problem(window, language) == {}


@pytest.mark.parametrize("language", list(Language))
def test_every_state_fits_a_narrow_window(make_window: MakeWindow, language: Language) -> None:
    window = make_window(size=(1024, 768), language=language)
    assert _every_problem(window, language) == {}


def test_a_cut_is_noticed(make_window: MakeWindow) -> None:
    """The tests above can fail: a word longer than its place is recorded, a squeezed widget is found."""
    window = make_window()
    window.render_state(SAMPLES["member_sale"]())
    pay = window.view.findChild(QWidget, "pay")
    assert pay is not None
    pay.setFixedWidth(40)
    QApplication.processEvents()
    with record_cuts() as cuts:
        window.grab()
    assert any(cut.over_width > 0 for cut in cuts)
    assert any("pay" in line for line in misplaced(window))
