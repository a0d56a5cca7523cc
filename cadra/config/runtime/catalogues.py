"""Compile the language catalogues without GNU gettext: locale/*/LC_MESSAGES/django.po to django.mo."""

import os
import sys
from pathlib import Path

import polib


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue older in its compiled form than in its source; return the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        partial = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(partial))
        os.replace(partial, target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
