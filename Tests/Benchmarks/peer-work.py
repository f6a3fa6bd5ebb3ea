#!/usr/bin/env python3
"""What the peers do, run by the Python of the folder that peers.py installs them into.

    peer-work.py umadb-writers ADDRESS WRITERS SECONDS
    peer-work.py eventsourcing-writers DATABASE WRITERS SECONDS
    peer-work.py eventsourcing-import DATABASE MARKS

Writers print how many events were appended a second: each a single one, whose answer is waited for before the next.
"""
import functools, os, sys, threading, time

# About as many bytes as a sealed mark has in an entry.
EVENT_BYTES = 300
PUPILS_A_TRANSACTION = 500


def race(writers, seconds, writer):
    """`writer` makes, in each thread, the function that appends one event."""
    counts = [0] * writers

    def run(index):
        append = writer()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            append()
            counts[index] += 1

    began = time.monotonic()
    threads = [threading.Thread(target=run, args=(index,)) for index in range(writers)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(sum(counts) / (time.monotonic() - began))


def umadb_writer(address):
    import umadb
    client = umadb.Client(f"http://{address}")
    return lambda: client.append([umadb.Event(
        event_type="absence.recorded.v1", tags=[f"pupil/{os.urandom(16).hex()}"], data=os.urandom(EVENT_BYTES))])


def pupils(database):
    """An application of aggregates, one a pupil, each mark an event, as the library's documentation does it."""
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Pupil(Aggregate):
        @event("AbsenceRecorded")
        def record(self, mark): self.last = mark

    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": database, "SQLITE_LOCK_TIMEOUT": "60"}
    return Application(env=env), Pupil


def eventsourcing_writer(application, Pupil):
    def append():
        application.save(Pupil())

    return append


def eventsourcing_import(database, marks):
    application, Pupil = pupils(database)
    of_pupil = {}
    with open(marks, encoding="utf-8", newline="") as rows:
        next(rows)
        for row in rows:
            mark = row.rstrip("\r\n").split(";")[:6]
            of_pupil.setdefault(mark[1], []).append(mark)
    waiting = []
    for marks in of_pupil.values():
        pupil = Pupil()
        for mark in marks: pupil.record(mark)
        waiting.append(pupil)
        if len(waiting) == PUPILS_A_TRANSACTION:
            application.save(*waiting)
            waiting = []
    if waiting: application.save(*waiting)


def main():
    work, place, *rest = sys.argv[1:]
    if work == "umadb-writers":
        race(int(rest[0]), float(rest[1]), functools.partial(umadb_writer, place))
    elif work == "eventsourcing-writers":
        race(int(rest[0]), float(rest[1]), functools.partial(eventsourcing_writer, *pupils(place)))
    elif work == "eventsourcing-import":
        eventsourcing_import(place, rest[0])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
