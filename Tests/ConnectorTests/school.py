"""Invented schools, pupils, lessons and marks, the same for the same seed, that every simulated register tells in its own words."""

import dataclasses
import datetime
import random
import uuid

FIRST = datetime.date(2026, 8, 12)
LAST = datetime.date(2026, 10, 2)
FAMILY = ["Aalto", "Björk", "Hämäläinen", "Järvinen", "Koskinen", "Lindström", "Mäkelä", "Nieminen", "Öhman", "Åberg"]
GIVEN = ["Aino", "Åke", "Eino", "Helmi", "Ilmari", "Kerttu", "Leevi", "Öyvind", "Sisu", "Venla"]
LESSONS = [datetime.time(8, 15), datetime.time(10, 0), datetime.time(12, 30)]


@dataclasses.dataclass
class Pupil:
    id: str
    number: str
    family: str
    given: str
    school: int
    group: str
    grade: int
    start: datetime.date
    end: datetime.date | None
    is_protected: bool


@dataclasses.dataclass
class Mark:
    """What a lesson was for a pupil: present, excused, unexcused, elsewhere, or unknown where nobody took the roll."""

    id: str
    pupil: Pupil
    day: datetime.date
    start: datetime.time
    kind: str
    minutes: int = 45


class School:
    def __init__(self, seed=1, pupils=60):
        self.random = random.Random(seed)
        self.names = ["Koulu A", "Koulu B"]
        self.ids = [self.id(), self.id()]
        self.groups = {f"{grade}{letter}": (self.id(), index % 2)
                       for index, (grade, letter) in enumerate((grade, letter) for grade in (7, 8, 9) for letter in "AB")}
        self.pupils = [self.pupil(number) for number in range(pupils)]
        self.days = [FIRST + datetime.timedelta(days) for days in range((LAST - FIRST).days + 1)]
        self.days = [day for day in self.days if day.weekday() < 5]
        self.marks = [self.mark(pupil, day, start) for pupil in self.pupils for day in self.days for start in LESSONS
                      if pupil.start <= day and (pupil.end is None or day <= pupil.end)]

    def id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def pupil(self, number):
        group = self.random.choice(sorted(self.groups))
        start = FIRST if number % 9 else FIRST + datetime.timedelta(14)
        end = datetime.date(2026, 9, 18) if number % 13 == 5 else None
        return Pupil(self.id(), str(604000 + number), self.random.choice(FAMILY), self.random.choice(GIVEN), self.groups[group][1], group,
                     int(group[0]), start, end, number % 20 == 7)

    def mark(self, pupil, day, start):
        chance = self.random.random()
        kind = "unexcused" if chance < 0.04 else "excused" if chance < 0.09 else "elsewhere" if chance < 0.1 else \
            "unknown" if chance < 0.13 else "present"
        return Mark(self.id(), pupil, day, start, kind)

    def some(self, kind, count):
        """Marks of a kind, always the same ones."""
        found = [mark for mark in self.marks if mark.kind == kind]
        return self.random.sample(found, count)
