"""A folder of real images is compared like the generated ones."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import pytest

from bench.decoders.__main__ import real_images
from bench.decoders.peers import OURS, decoders
from bench.decoders.scenes import scene


def test_real_images_are_found_beside_their_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = scene(0)
    cv2.imwrite(str(tmp_path / "phone.png"), shown.frames[0])
    manifest = tmp_path / "list.json"
    manifest.write_text(json.dumps([{"path": "phone.png", "text": shown.text}]))
    figures = real_images(manifest)
    assert figures[0].value >= 1
    assert "1 real images" in capsys.readouterr().out
    manifest.write_text(json.dumps([{"path": "list.json", "text": ""}]))
    with pytest.raises(OSError, match="no picture"):
        real_images(manifest)


def test_ours_stands_beside_its_peers() -> None:
    assert {OURS, "zxing-cpp", "cv2 QRCodeDetector"} <= set(decoders())
