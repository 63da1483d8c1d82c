"""Crates that are written to be built, each in a workspace of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .shared import ROOT


def write_crate(
    folder: Path, name: str, dependencies: str, text: str, file: str = "lib.rs"
) -> None:
    (folder / "src").mkdir(parents=True)
    (folder / "src" / file).write_text(text, encoding="utf-8")
    manifest = f'[package]\nname = "{name}"\nedition = "2024"\n\n[dependencies]\n{dependencies}'
    (folder / "Cargo.toml").write_text(manifest, encoding="utf-8")


def write_workspace(folder: Path) -> None:
    """A workspace that takes its dependencies in the versions of this repository."""
    text = '[workspace]\nresolver = "3"\nmembers = ["*"]\nexclude = ["target"]\n'
    (folder / "Cargo.toml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "Cargo.lock", folder)


def cargo_in(folder: Path) -> dict[str, object]:
    """How cargo is run in a workspace of its own; incremental builds would find nothing to do."""
    target = {"CARGO_TARGET_DIR": str(folder / "target"), "CARGO_INCREMENTAL": "0"}
    return {"cwd": folder, "env": {**os.environ, **target}}
