"""The words of the till for Qt Linguist, and back.

``python -m bench.linguist export en words.ts`` writes a language as a Linguist file: the source of each message is the
Chinese text, and its comment the key.  A translator opens it with ``pyside6-linguist``.  ``python -m bench.linguist
import en words.ts`` writes what was translated into ``resources/i18n/en.json``, where the till reads it; a message
that is unfinished or empty keeps the words it had.  The JSON stays the source: it alone is in the repository.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from xml.etree import ElementTree as ET

from posapp.resources import resource_path
from posapp.ui.i18n import Language, load_catalogue

_INDENT = {Language.ZH_CN: 2, Language.EN: 1}
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
_NOTE = "Keep what stands in braces: a name, or {name, kind}; of a plural translate the words in the inner braces."
_UNDONE = frozenset({"unfinished", "vanished", "obsolete"})


class NotWords(ValueError):
    """The file is no Linguist file of this till; the text says why."""


def exported(language: Language) -> str:
    """A language as the text of a Linguist file; a context for each group of keys."""
    source, words = load_catalogue(Language.ZH_CN), load_catalogue(language)
    root = ET.Element("TS", version="2.1", language=language.value, sourcelanguage=Language.ZH_CN.value)
    contexts: dict[str, ET.Element] = {}
    for key, text in sorted(source.items()):
        group = key.partition(".")[0]
        if group not in contexts:
            contexts[group] = ET.SubElement(root, "context")
            ET.SubElement(contexts[group], "name").text = group
        message = ET.SubElement(contexts[group], "message")
        ET.SubElement(message, "source").text = text
        ET.SubElement(message, "comment").text = key
        if "{" in text:
            ET.SubElement(message, "extracomment").text = _NOTE
        translation = ET.SubElement(message, "translation")
        if key in words:
            translation.text = words[key]
        else:
            translation.set("type", "unfinished")
    ET.indent(root)
    return _HEAD + ET.tostring(root, encoding="unicode") + "\n"


def imported(text: str, language: Language) -> dict[str, str]:
    """The words of a language after a translator was at them, by key.  Raises `NotWords`."""
    try:
        root = ET.fromstring(text)  # noqa: S314 - a file of our own translators; it is read on a developer's machine
    except ET.ParseError as error:
        raise NotWords(f"it is no XML: {error}") from error
    if root.tag != "TS" or root.get("language") != language.value:
        raise NotWords(f"it is no Linguist file for {language.value}")
    words = dict(load_catalogue(language))
    known = load_catalogue(Language.ZH_CN).keys()
    for message in root.iter("message"):
        key, translation = message.findtext("comment", ""), message.find("translation")
        if key not in known:
            raise NotWords(f"there is no key {key!r}")
        done = translation is not None and translation.get("type") not in _UNDONE and (translation.text or "").strip()
        if translation is not None and done:
            words[key] = translation.text or ""
    return words


def as_json(words: dict[str, str], language: Language) -> str:
    """A catalogue as it lies in ``resources/i18n/``."""
    return json.dumps(dict(sorted(words.items())), ensure_ascii=False, indent=_INDENT[language]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Export or import; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.linguist", description=__doc__)
    parser.add_argument("what", choices=("export", "import"))
    parser.add_argument("language", type=Language)
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    if options.what == "export":
        options.file.write_text(exported(options.language), encoding="utf-8")
        print(options.file)
        return 0
    target = resource_path("i18n", f"{options.language.value}.json")
    words = imported(options.file.read_text(encoding="utf-8"), options.language)
    target.write_text(as_json(words, options.language), encoding="utf-8")
    print(target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
