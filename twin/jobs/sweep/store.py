"""The results of a sweep in one SQLite database, each as soon as it is there; the one effect here.

    points(number, settings)            the points of the study, with their values as JSON
    tasks(point, computation, id)       the result that each computation of a point has
    results(id, result, worker, seconds)   the results, by the SHA-256 of all that they depend on (twin.jobs.sweep.task)

Results stay when a study changes: what a new study shares with the old one is not computed again. The database is in
WAL mode with one writer, who holds the folder's lock: a writer that is killed loses nothing that was committed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from twin.core.errors import CannotRun, UsageError
from twin.core.records import from_plain, to_compact_json
from twin.judge.sweep.results import Result, SweepPoint

DATABASE = "sweep.db"
FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
FORMAT = 1
"""The version of the tables (PRAGMA user_version)."""
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "lustre", "beegfs", "fuse.sshfs", "ceph", "gpfs",
                                  "fuse.glusterfs", "afs"})
"""Where SQLite's locks do not hold (sqlite.org, "SQLite over a network")."""
_TABLES = """
CREATE TABLE points (number INTEGER PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE tasks (point INTEGER NOT NULL, computation TEXT NOT NULL, id TEXT NOT NULL,
                    PRIMARY KEY (point, computation)) WITHOUT ROWID;
CREATE TABLE results (id TEXT PRIMARY KEY, result TEXT NOT NULL, worker TEXT NOT NULL, seconds REAL NOT NULL);
"""


@dataclass(slots=True)
class Store:
    """The open database."""

    connection: sqlite3.Connection

    def begin(self) -> None:
        """Forget the points of the study before, not its results."""
        with self.connection:
            self.connection.execute("DELETE FROM points")
            self.connection.execute("DELETE FROM tasks")

    def add_point(self, number: int, settings: dict[str, str], tasks: dict[str, str]) -> None:
        """A point of the study, and the id of the result that each of its computations has."""
        with self.connection:
            self.connection.execute("INSERT INTO points VALUES (?, ?)",
                                    (number, json.dumps(settings, ensure_ascii=False)))
            self.connection.executemany("INSERT INTO tasks VALUES (?, ?, ?)",
                                        [(number, computation, task) for computation, task in tasks.items()])

    def has(self, task: str) -> bool:
        """Whether a result is there."""
        return self.connection.execute("SELECT 1 FROM results WHERE id = ?", (task,)).fetchone() is not None

    def keep(self, task: str, result: str, worker: str, seconds: float) -> bool:
        """Commit a result; one that is there already stays as it is. Returns whether it was new."""
        with self.connection:
            cursor = self.connection.execute("INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?)",
                                             (task, result, worker, seconds))
        return cursor.rowcount == 1

    def points(self) -> Iterator[SweepPoint]:
        """The points of the study, each with the results that are there."""
        query = ("SELECT number, settings, computation, result FROM points JOIN tasks ON point = number "
                 "LEFT JOIN results USING (id) ORDER BY number, computation")
        settings: dict[int, dict[str, str]] = {}
        results: dict[int, dict[str, Result]] = {}
        for number, written, computation, text in self.connection.execute(query):
            settings[number] = json.loads(written)
            if text is not None:
                results.setdefault(number, {})[computation] = from_plain(Result, json.loads(text))
        yield from (SweepPoint(number, values, results.get(number, {})) for number, values in settings.items())


def result_text(result: Result) -> str:
    """A result as it is stored."""
    return to_compact_json(result)


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The database in a folder, made when it is not there. Raises CannotRun where the folder is on a network file
    system or cannot be written, UsageError where the file is no database of this version."""
    refuse_network_file_system(folder)
    connection = sqlite3.connect(folder / DATABASE)
    try:
        _prepare(connection)
        yield Store(connection)
    except sqlite3.DatabaseError as fault:
        if isinstance(fault, sqlite3.OperationalError):
            raise CannotRun(f"{folder / DATABASE}: {fault}", "free some space there, or name another folder by --out"
                            ) from fault
        raise UsageError(f"{folder / DATABASE} is no database of a sweep ({fault}); remove it by --force") from fault
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    """WAL mode, in which a commit survives the death of the process; the tables, in one transaction."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    elif version != FORMAT:
        raise UsageError(f"the database has format {version}, this version writes {FORMAT}; name another folder by "
                         "--out, or replace it by --force")


def refuse_network_file_system(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> None:
    """Raise CannotRun where locks of a database would not hold."""
    where = folder.resolve()
    within: dict[Path, str] = {}
    for line in mounts.read_text().splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if where.is_relative_to(point):
            within[point] = after.split()[0]
    kind = within[max(within, key=lambda point: len(point.parts))] if within else ""
    if kind in NETWORK_FILE_SYSTEMS:
        raise CannotRun(f"{folder} is on a network file system ({kind}), on which a database cannot be trusted",
                        "name a folder on a disk of this machine by --out")
