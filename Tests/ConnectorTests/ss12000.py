#!/usr/bin/env python3
"""A simulated register that speaks SS 12000:2020, version 2.1: read only, with invented pupils.

    ss12000.py FOLDER          # writes certificate.pem there, and tells its URL

By the public description: references are objects with an id; lists are `{"data": […], "pageToken": …}`; a pageToken goes with limit and with
nothing else; meta.modified.after excludes that moment; /calendarEvents needs both ends of a span of startTime, /aggregatedAttendance
startDate and endDate; an attendance that is not reported says nothing; a pupil is in one class at a time; /deletedEntities knows kinds by
their names in the singular, and lists ids in the plural.
"""

import base64
import datetime
import json
import sys
import time
import zoneinfo

from school import School
from server import Refused, Simulator, moment, one, whole, written

PAGE = 200
ZONE = zoneinfo.ZoneInfo("Europe/Helsinki")
COMMON = {"limit", "pageToken", "meta.created.after", "meta.created.before", "meta.modified.after", "meta.modified.before",
          "expandReferenceNames"}
FILTERS = {
    "/organisations": {"type", "schoolUnitCode", "organisationCode", "sortkey"},
    "/persons": {"enrolment.organisation", "enrolment.startDate.onOrAfter", "enrolment.endDate.onOrBefore", "relationship.organisation",
                 "relationship.entity.type", "expand", "sortkey"},
    "/groups": {"groupType", "schoolType", "organisation", "expand", "sortkey"},
    "/duties": {"organisation", "dutyRole", "person", "expand", "sortkey"},
    "/calendarEvents": {"startTime.onOrAfter", "startTime.onOrBefore", "endTime.onOrBefore", "endTime.onOrAfter", "activity", "student",
                        "organisation", "expand", "sortkey"},
    "/attendances": {"student", "organisation", "calendarEvent"},
    "/attendanceEvents": {"person", "organisation", "group", "time.onOrAfter", "time.onOrBefore", "expand"},
    "/aggregatedAttendance": {"startDate", "endDate", "organisation", "schoolType", "student", "expand"},
    "/deletedEntities": {"after", "entities", "entities[]"},
}
DELETED = {"Attendance": "attendances", "AttendanceEvent": "attendanceEvents"}
KINDS = {"Absence", "AttendanceEvent", "Attendance", "Grade", "CalendarEvent", "AttendanceSchedule", "Resource", "Room", "Activity", "Duty",
         "Placement", "StudyPlan", "Programme", "Syllabus", "SchoolUnitOffering", "Group", "Person", "Organisation"}
MINUTES = {"present": "attendanceMinutes", "excused": "validAbsenceMinutes", "unexcused": "invalidAbsenceMinutes",
           "elsewhere": "otherAttendanceMinutes"}


class SS12000(Simulator):
    TOKEN = "ss12000-avain"

    def __init__(self, folder, school=None):
        self.school = school or School()
        self.tokens_seen = 0
        self.modified = {mark.id: datetime.datetime(2026, 10, 4, 12, tzinfo=datetime.timezone.utc) for mark in self.school.marks}
        self.deleted = []
        self.events = {}
        for mark in self.school.marks:
            key = mark.day, mark.start, mark.pupil.group
            if key not in self.events: self.events[key] = self.school.id()
        self.activities = {group: self.school.id() for group in self.school.groups}
        super().__init__(folder)

    # MARK: - Changes

    def change(self, name, count):
        school = self.school
        if name == "delete":
            for mark in school.some("unexcused", count):
                school.marks.remove(mark)
                self.deleted.append((self.now, mark.id))
            return
        kinds = {"excuse": ("unexcused", "excused"), "correct": ("unexcused", "present"), "report": ("unknown", "unexcused"),
                 "forget": ("unexcused", "unknown")}
        before, after = kinds[name]
        for mark in school.some(before, count): mark.kind, self.modified[mark.id] = after, self.now

    # MARK: - Answers

    def answer(self, method, path, query, headers, body):
        if headers.get("Authorization") != f"Bearer {self.TOKEN}": raise Refused(401, "the token is not valid")
        if method != "GET" or path not in FILTERS: raise Refused(404, "there is no such resource")
        if "pageToken" in query:
            if set(query) - {"pageToken", "limit"}: raise Refused(400, "a pageToken goes with limit and nothing else")
            try:
                path_of_token, query_of_token, start = json.loads(base64.b64decode(one(query, "pageToken")))
            except ValueError:
                raise Refused(400, "this is no pageToken") from None
            if path_of_token != path: raise Refused(400, "this pageToken is of another resource")
            query = query_of_token | {name: values for name, values in query.items() if name == "limit"}
        else:
            start = 0
        if stray := set(query) - COMMON - FILTERS[path]: raise Refused(400, f"there is no filter {sorted(stray)[0]}")
        limit = whole(query, "limit", PAGE, 1, 1_000_000)
        count = min(limit, PAGE)
        if path == "/deletedEntities": return self.deletes(query, start, count), {}
        items = self.items(path, query)
        page = items[start:start + count]
        token = None
        if start + count < len(items):
            rest = {name: values for name, values in query.items() if name != "pageToken"}
            token = base64.b64encode(json.dumps([path, rest, start + count]).encode()).decode()
        return {"data": page, "pageToken": token}, {}

    def deletes(self, query, start, count):
        after = moment(one(query, "after")) if "after" in query else None
        kinds = query.get("entities", []) + query.get("entities[]", [])
        if stray := set(kinds) - KINDS: raise Refused(400, f"{sorted(stray)[0]} is no kind of entity")
        ids = [id for time, id in self.deleted if after is None or time > after]
        data = {name: ids[start:start + count] if kind == "Attendance" else [] for kind, name in DELETED.items() if not kinds or kind in kinds}
        token = None
        if start + count < len(ids): token = base64.b64encode(json.dumps(["/deletedEntities", query, start + count]).encode()).decode()
        return {"data": data, "pageToken": token}

    def items(self, path, query):
        items = getattr(self, path[1:])(query)
        after = one(query, "meta.modified.after")
        if after is not None: items = [item for item in items if moment(item["meta"]["modified"]) > moment(after)]
        created = one(query, "meta.created.after")
        if created is not None: items = [item for item in items if moment(item["meta"]["created"]) > moment(created)]
        before = one(query, "meta.modified.before")
        if before is not None: items = [item for item in items if moment(item["meta"]["modified"]) <= moment(before)]
        return items

    def meta(self, id=None, created="2026-08-01T00:00:00Z"):
        modified = self.modified.get(id, datetime.datetime(2026, 8, 1, tzinfo=datetime.timezone.utc))
        return {"created": created, "modified": written(modified)}

    def reference(self, id, name, query):
        return {"id": id} | ({"displayName": name} if one(query, "expandReferenceNames") == "true" else {})

    def schools(self, query, name="organisation"):
        """Which of the schools are asked for, by their places."""
        return [place for place, id in enumerate(self.school.ids) if name not in query or id in query[name]]

    def organisations(self, query):
        return [{"id": id, "meta": self.meta(), "displayName": name, "organisationType": "Skolenhet", "schoolUnitCode": f"1000000{index}",
                 "startDate": "2000-01-01"} for index, (id, name) in enumerate(zip(self.school.ids, self.school.names))]

    def persons(self, query):
        made = []
        wanted = self.schools(query, "relationship.organisation")
        for pupil in self.school.pupils:
            if pupil.school not in wanted: continue
            enrolment = {"enroledAt": self.reference(self.school.ids[pupil.school], self.school.names[pupil.school], query),
                         "schoolYear": pupil.grade, "schoolType": "GR", "startDate": pupil.start.isoformat()}
            if pupil.end: enrolment["endDate"] = pupil.end.isoformat()
            made.append({"id": pupil.id, "meta": self.meta(), "givenName": pupil.given, "familyName": pupil.family, "personStatus": "Aktiv",
                         "securityMarking": "Sekretessmarkering" if pupil.is_protected else "Ingen", "enrolments": [enrolment],
                         "addresses": [{"streetAddress": "Koulukatu 1"}]})
        made += [{"id": f"00000000-0000-4000-8000-{number:012}", "meta": self.meta(), "givenName": "Opettaja", "familyName": "Tuntematon",
                  "securityMarking": "Ingen", "enrolments": []} for number in range(5)]
        made += [{"id": f"00000000-0000-4000-a000-{number:012}", "meta": self.meta(), "givenName": "Lukiolainen", "familyName": "Tuntematon",
                  "securityMarking": "Ingen", "enrolments": [{"enroledAt": {"id": self.school.ids[0]}, "schoolYear": 1, "schoolType": "GY",
                                                              "startDate": "2026-08-12"}]} for number in range(3)]
        return made

    def groups(self, query):
        made = []
        for name, (id, school) in self.school.groups.items():
            members = [{"person": {"id": pupil.id}, "startDate": self.moved(pupil).isoformat()} for pupil in self.school.pupils
                       if pupil.group == name]
            members += [{"person": {"id": pupil.id}, "startDate": pupil.start.isoformat(),
                         "endDate": (self.moved(pupil) - datetime.timedelta(1)).isoformat()}
                        for pupil in self.school.pupils if self.moved(pupil) != pupil.start and self.before(pupil) == name]
            made.append({"id": id, "meta": self.meta(), "displayName": name, "startDate": "2026-08-01", "groupType": "Klass",
                         "schoolType": "GR", "organisation": {"id": self.school.ids[school]}, "groupMemberships": members})
        wanted = query.get("groupType")
        ids = [self.school.ids[place] for place in self.schools(query)]
        return [group for group in made if (not wanted or group["groupType"] in wanted) and group["organisation"]["id"] in ids]

    def moved(self, pupil):
        """Since when the pupil is in their class: some have been in another one before."""
        return pupil.start + datetime.timedelta(14 if int(pupil.number) % 7 == 0 else 0)

    def before(self, pupil):
        return pupil.group[0] + ("B" if pupil.group[1] == "A" else "A")

    def duties(self, query):
        return [{"id": f"00000000-0000-4000-9000-{number:012}", "meta": self.meta(), "dutyRole": "Lärare",
                 "person": {"id": f"00000000-0000-4000-8000-{number:012}"}, "dutyAt": {"id": self.school.ids[number % 2]},
                 "startDate": "2026-08-01"} for number in range(5)]

    def calendarEvents(self, query):
        first, last = one(query, "startTime.onOrAfter"), one(query, "startTime.onOrBefore")
        if first is None or last is None: raise Refused(400, "startTime.onOrAfter and startTime.onOrBefore are needed")
        first, last = moment(first), moment(last)
        made = []
        for (day, start, group), id in self.events.items():
            begin = datetime.datetime.combine(day, start, ZONE)
            if not first <= begin <= last: continue
            end = begin + datetime.timedelta(minutes=45)
            made.append({"id": id, "meta": self.meta(), "activity": {"id": self.activities[group]}, "startTime": begin.isoformat(),
                         "endTime": end.isoformat(), "cancelled": False})
        return made

    def attendances(self, query):
        made = []
        for mark in self.school.marks:
            if mark.pupil.school not in self.schools(query): continue
            item = {"id": mark.id, "meta": self.meta(mark.id), "student": {"id": mark.pupil.id},
                    "calendarEvent": {"id": self.events[mark.day, mark.start, mark.pupil.group]}, "isReported": mark.kind != "unknown"}
            if mark.kind != "unknown":
                item |= {name: 0 for name in MINUTES.values()} | {MINUTES[mark.kind]: mark.minutes}
                if mark.kind == "excused": item["absenceReason"] = "Vapaata tekstiä"
            made.append(item)
        # The register keeps those of the spring too, whose lessons nobody asks for.
        made += [{"id": f"00000000-0000-4000-c000-{number:012}", "meta": self.meta(created="2026-05-04T08:00:00Z"),
                  "student": {"id": self.school.pupils[number].id}, "calendarEvent": {"id": f"00000000-0000-4000-d000-{number:012}"},
                  "isReported": True, "invalidAbsenceMinutes": 45} for number in range(9)]
        return made

    def attendanceEvents(self, query):
        return [{"id": f"00000000-0000-4000-b000-{number:012}", "meta": self.meta(), "person": {"id": pupil.id}, "eventType": "In",
                 "time": f"2026-09-{number % 28 + 1:02}T09:05:00+03:00", "group": {"id": self.school.groups[pupil.group][0]}}
                for number, pupil in enumerate(self.school.pupils) if number % 5 == 0]

    def aggregatedAttendance(self, query):
        first, last = one(query, "startDate"), one(query, "endDate")
        if first is None or last is None: raise Refused(400, "startDate and endDate are needed")
        sums = {}
        for mark in self.school.marks:
            if not first <= mark.day.isoformat() <= last or mark.pupil.school not in self.schools(query): continue
            sum = sums.setdefault(mark.pupil.id, dict.fromkeys(
                ["attendanceSum", "validAbsenceSum", "invalidAbsenceSum", "otherAttendanceSum", "reportedSum", "offeredSum"], 0))
            sum["offeredSum"] += mark.minutes
            if mark.kind == "unknown": continue
            sum["reportedSum"] += mark.minutes
            sum[MINUTES[mark.kind].replace("Minutes", "Sum")] += mark.minutes
        groups = {pupil.id: pupil.group for pupil in self.school.pupils}
        return [{"activity": {"id": self.activities[groups[id]]}, "student": {"id": id}, "startDate": first, "endDate": last} | sum
                for id, sum in sums.items()]


if __name__ == "__main__":
    register = SS12000(sys.argv[1])
    print(register.url, flush=True)
    while True: time.sleep(3600)
