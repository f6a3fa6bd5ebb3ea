#!/usr/bin/env python3
"""A simulated Ed-Fi ODS/API 7: data management and change queries, read only, with invented pupils.

    edfi.py FOLDER          # writes certificate.pem there, and tells its URL

By the public description: client credentials at /oauth/token; offset and limit, 25 where it is not said and at most 500; totalCount gives the
header Total-Count; min- and maxChangeVersion include their ends; /deletes and /keyChanges below each resource; a snapshot that is asked
for and gone is 410. The category is a part of an attendance event's natural key, so to reclassify one is to delete it and to insert another.
"""

import sys
import time

from school import School
from server import Refused, Simulator, one, whole

DATA = "/data/v3/ed-fi/"
CATEGORIES = {"excused": "Excused Absence", "unexcused": "Unexcused Absence", "present": "In Attendance", "elsewhere": "In Attendance"}
GRADES = {7: "Seventh grade", 8: "Eighth grade", 9: "Ninth grade"}
PAGING = {"offset", "limit", "totalCount", "minChangeVersion", "maxChangeVersion"}


def descriptor(kind, word):
    return f"uri://ed-fi.org/{kind}Descriptor#{word}"


class EdFi(Simulator):
    CLIENT, SECRET = "silta", "ed-fi-salaisuus"

    def __init__(self, folder, school=None):
        self.school = school or School()
        self.version, self.snapshot = 1000, True
        # The category stays with the resource: who changes it makes another resource.
        self.events = {mark.id: (mark, mark.kind, 1000) for mark in self.school.marks if mark.kind in ("excused", "unexcused")}
        self.deleted, self.changed_keys = [], []
        super().__init__(folder)

    # MARK: - Changes

    def change(self, name, count):
        if name == "snapshot":
            self.snapshot = count
            return
        for mark in self.school.some("unexcused", count):
            self.version += 1
            if name == "move":
                old = self.keys(mark, "unexcused")
                mark.day = self.school.days[(self.school.days.index(mark.day) + 1) % len(self.school.days)]
                self.events[mark.id] = (mark, "unexcused", self.version)
                self.changed_keys.append(
                    {"id": mark.id.replace("-", ""), "changeVersion": self.version, "oldKeyValues": old,
                     "newKeyValues": self.keys(mark, "unexcused")})
                continue
            del self.events[mark.id]
            self.deleted.append({"id": mark.id.replace("-", ""), "changeVersion": self.version, "keyValues": self.keys(mark, "unexcused")})
            if name == "excuse":
                mark.id, mark.kind = self.school.id(), "excused"
                self.version += 1
                self.events[mark.id] = (mark, "excused", self.version)
            else:
                mark.kind = "present"

    # MARK: - Answers

    def answer(self, method, path, query, headers, body):
        if path == "/oauth/token" and method == "POST": return self.token(headers, body, self.CLIENT, self.SECRET)
        self.admit(headers)
        if headers.get("Use-Snapshot") == "true" and not self.snapshot: raise Refused(410, "the snapshot is gone")
        if path == "/changeQueries/v1/availableChangeVersions":
            return {"oldestChangeVersion": 0, "newestChangeVersion": self.version}, {}
        if not path.startswith(DATA) or method != "GET": raise Refused(404, "there is no such resource")
        resource, _, feed = path.removeprefix(DATA).partition("/")
        if set(query) - PAGING: raise Refused(400, f"there is no parameter {sorted(set(query) - PAGING)[0]}")
        offset, limit = whole(query, "offset", 0, 0, 10**9), whole(query, "limit", 25, 0, 500)
        least, most = whole(query, "minChangeVersion", 0, 0, 10**12), whole(query, "maxChangeVersion", 10**12, 0, 10**12)
        items = [item for version, item in self.resource(resource, feed) if least <= version <= most]
        total = {"Total-Count": str(len(items))} if one(query, "totalCount") == "true" else {}
        return items[offset:offset + limit], total

    def resource(self, name, feed):
        """Pairs of a change version and an item."""
        is_events = name == "studentSchoolAttendanceEvents"
        if feed == "deletes": return [(item["changeVersion"], item) for item in self.deleted] if is_events else []
        if feed == "keyChanges": return [(item["changeVersion"], item) for item in self.changed_keys] if is_events else []
        if feed or name not in ("schools", "students", "studentSchoolAssociations", "studentSchoolAttendanceEvents",
                                "studentSectionAttendanceEvents"):
            raise Refused(404, "there is no such resource")
        if name == "studentSectionAttendanceEvents": return []
        return [self.event(*event) for event in self.events.values()] if is_events else [(1, item) for item in getattr(self, name)()]

    def student(self, pupil):
        return {"studentUniqueId": pupil.number}

    def schools(self):
        return [{"id": id.replace("-", ""), "schoolId": 255901 + index, "nameOfInstitution": name}
                for index, (id, name) in enumerate(zip(self.school.ids, self.school.names))]

    def students(self):
        return [{"id": pupil.id.replace("-", ""), "studentUniqueId": pupil.number, "firstName": pupil.given, "lastSurname": pupil.family,
                 "birthDate": "2012-01-01"} for pupil in self.school.pupils]

    def studentSchoolAssociations(self):
        made = []
        for pupil in self.school.pupils:
            item = {"id": pupil.id[::-1].replace("-", ""), "entryDate": pupil.start.isoformat(), "studentReference": self.student(pupil),
                    "schoolReference": {"schoolId": 255901 + pupil.school},
                    "entryGradeLevelDescriptor": descriptor("GradeLevel", GRADES[pupil.grade]), "primarySchool": True}
            made.append(item | ({"exitWithdrawDate": pupil.end.isoformat()} if pupil.end else {}))
        return made

    def keys(self, mark, kind):
        return {"attendanceEventCategoryDescriptor": descriptor("AttendanceEventCategory", CATEGORIES[kind]),
                "eventDate": mark.day.isoformat(), "schoolId": 255901 + mark.pupil.school, "schoolYear": 2027, "sessionName": "Syksy",
                "studentUniqueId": mark.pupil.number}

    def event(self, mark, kind, version):
        keys = self.keys(mark, kind)
        session = {name: keys[name] for name in ("schoolId", "schoolYear", "sessionName")}
        return version, {
            "id": mark.id.replace("-", ""), "eventDate": keys["eventDate"], "schoolReference": {"schoolId": keys["schoolId"]},
            "attendanceEventCategoryDescriptor": keys["attendanceEventCategoryDescriptor"], "sessionReference": session,
            "studentReference": self.student(mark.pupil), "schoolAttendanceDuration": mark.minutes,
            "attendanceEventReason": "Vapaata tekstiä", "_etag": str(version)}


if __name__ == "__main__":
    register = EdFi(sys.argv[1])
    print(register.url, flush=True)
    while True: time.sleep(3600)
