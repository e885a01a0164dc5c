"""The command that looks at a programme and publishes it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from posapp.application.programmes import Review, publish, review
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.upkeep import opened

_SHOWN_OF_A_KIND = 8


def look_at_programme(folder: TillFolder, file: Path | None, margin_rate: int | None) -> int:
    """Print what customers will read and what to think about; 1 where a finding forbids publishing."""
    body = file.read_bytes() if file is not None else None
    with opened(folder) as till:
        looked = review(till, body, margin_rate=margin_rate)
    _print(looked)
    return 1 if looked.is_blocked else 0


def publish_programme(folder: TillFolder, file: Path) -> int:
    """Put a newer version in force, and print it as `look_at_programme` does."""
    with opened(folder) as till:
        looked = publish(till, file.read_bytes())
    _print(looked)
    print(f"version {looked.programme.version} is published / 第 {looked.programme.version} 版已发布")
    return 0


def _print(looked: Review) -> None:
    programme = looked.programme
    print(f"{programme.name.zh} / {programme.name.en}, version {programme.version}, {programme.hash.hex()}")
    for sentence in looked.sentences:
        print(f"  {sentence.zh}\n  {sentence.en}")
    shown: Counter[str] = Counter()
    for finding in looked.findings:
        shown[finding.code] += 1
        if shown[finding.code] > _SHOWN_OF_A_KIND:
            continue
        kind = "BLOCKS / 不能发布" if finding.blocks else "warning / 提醒"
        print(f"{kind}  {finding.code} {finding.field}: {finding.words.en} / {finding.words.zh}")
    for code, count in shown.items():
        if count > _SHOWN_OF_A_KIND:
            print(f"… and {count - _SHOWN_OF_A_KIND} more of {code} / 另有 {count - _SHOWN_OF_A_KIND} 条 {code}")
    print(f"{len(looked.findings)} to think about / {len(looked.findings)} 条要看")
