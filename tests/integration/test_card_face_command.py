"""`posapp card-face` on a demo shop: a built-in face, a picture of the shop's own, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from posapp.__main__ import main
from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops


def test_the_shop_chooses_what_its_card_looks_like(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "till"
    shops = Shops(TillFolder(folder), SystemClock(), SystemEntropy(), 10)
    shops.demo()
    shops.close()

    def run(*arguments: str) -> tuple[int, str, str]:
        done = main(["--data", str(folder), "card-face", *arguments])
        printed = capsys.readouterr()
        return done, printed.out.strip(), printed.err.strip()

    assert run()[:2] == (0, "tier")
    assert run("gold")[:2] == (0, "gold")
    assert run()[1] == "gold", "it is kept"
    picture = tmp_path / "face.png"
    Image.new("RGB", (700, 1334), "#0C3A2F").save(picture)
    done, printed, _refused = run(str(picture))
    assert done == 0
    assert printed.startswith("700×1334")
    assert "建议 750×1334" in printed
    picture.write_bytes(b"GIF89a")
    done, _printed, refused = run(str(picture))
    assert (done, "不是 PNG 或 JPEG 图片" in refused) == (1, True)
    assert run()[1].startswith("700×1334"), "what was chosen before stays"
    assert run("tier")[:2] == (0, "tier")
