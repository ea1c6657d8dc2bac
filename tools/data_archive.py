"""Pack the data for an archive that gives a DOI: one zip that a stranger can read and check.

The same files make the same zip, to the byte, on machines with the same zlib. What only the archive
can say, the DOI and its own name, is left open in the metadata; `docs/data-archive.md` says how it
gets there.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import said_once
from course import ROOT
from data_package import files

from thousandfold.errors import ExplainedError
from thousandfold.writing import write_whole

DATA = ROOT / "datasets"
BESIDE = ("LICENSE", "CITATION.cff", "docs/data-archive.md")
DATACITE = "http://datacite.org/schema/kernel-4"
OPEN = ":tba"
"""What DataCite writes for what will be known later."""


def contents() -> dict[str, bytes]:
    """Return name and content of each file of the archive.

    Raises
    ------
    ExplainedError
        If what is made from the cards does not fit them.
    """
    for path, text in files(DATA).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise ExplainedError(
                f"{path.relative_to(ROOT)} does not fit the tables and cards; run make tables"
            )
    beside = [ROOT / name for name in BESIDE if (ROOT / name).is_file()]
    found = {path.name: path.read_bytes() for path in [*sorted(DATA.iterdir()), *beside]}
    descriptor = json.loads(found["datapackage.json"])
    text = json.dumps(datacite(descriptor), ensure_ascii=False, indent=2) + "\n"
    return found | {"datacite.json": text.encode("utf-8")}


def datacite(descriptor: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of the data package as DataCite and its archives read them."""
    year = said_once.read().released[:4]
    return {
        "schemaVersion": DATACITE,
        "titles": [{"title": descriptor["title"]}],
        "creators": [
            {"name": one["title"], "nameType": "Organizational"}
            for one in descriptor["contributors"]
        ],
        "publisher": {"name": OPEN},
        **({"publicationYear": year} if year else {}),
        "types": {"resourceType": "Data package", "resourceTypeGeneral": "Dataset"},
        "version": descriptor["version"],
        "language": "en",
        "subjects": [{"subject": word} for word in descriptor["keywords"]],
        "descriptions": [
            {"description": descriptor["description"], "descriptionType": "Abstract"},
            {
                "description": "Published figures are facts: cite their sources, named for each"
                " table in datapackage.json. The licence is that of our arrangement and counts.",
                "descriptionType": "Other",
            },
        ],
        "rightsList": [
            {
                "rights": one["title"],
                "rightsUri": one["path"],
                "rightsIdentifier": one["name"],
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
            for one in descriptor["licenses"]
        ],
        "formats": ["text/csv", "application/json"],
    }


def build(folder: Path) -> Path:
    """Write the archive into a folder, whole or not at all.

    Raises
    ------
    ExplainedError
        If what is made from the cards does not fit them, or the file cannot be written.
    """
    found = contents()
    top = f"thousandfold-data-{json.loads(found['datapackage.json'])['version']}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(found):
            entry = zipfile.ZipInfo(f"{top}/{name}", date_time=(2020, 2, 2, 0, 0, 0))
            entry.create_system = 3  # Unix: the rights below are kept
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, found[name], compresslevel=9)
    return write_whole(folder / f"{top}.zip", packed.getvalue())


def main() -> int:
    """Make the archive and say where it is and how large."""
    try:
        made = build(ROOT / "dist")
    except ExplainedError as error:
        print(f"archive: not made: {error}", file=sys.stderr)
        return 1
    print(f"written: {made.relative_to(ROOT)} ({made.stat().st_size / 1e3:.0f} kB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
