#!/usr/bin/env python3
"""A simulated OneRoster 1.2 rostering service, read only, with invented pupils.

    oneroster.py FOLDER          # writes certificate.pem there, and tells its URL

By the public description: client credentials at /token; limit and offset, 100 where it is not said; X-Total-Count and Link headers
(RFC 8288); filter compares one field with one word, or two with AND; who has left is told as `tobedeleted` for a while.
"""

import re
import sys
import time
import urllib.parse

from school import School
from server import Refused, Simulator, one, whole, written

BASE = "/ims/oneroster/rostering/v1p2/"
NAMES = {"orgs": "orgs", "schools": "orgs", "users": "users", "students": "users", "classes": "classes", "enrollments": "enrollments"}
COMPARISON = re.compile(r"([\w.]+)(=|!=|>=|<=|>|<|~)'([^']*)'")


class OneRoster(Simulator):
    CLIENT, SECRET = "silta", "one-roster-salaisuus"

    def __init__(self, folder, school=None):
        self.school = school or School()
        self.gone = set()
        super().__init__(folder)

    def change(self, name, count):
        left = [pupil.id for pupil in self.school.pupils if pupil.id not in self.gone]
        self.gone |= set(self.school.random.sample(left, count))

    def answer(self, method, path, query, headers, body):
        if path == "/token" and method == "POST": return self.token(headers, body, self.CLIENT, self.SECRET)
        self.admit(headers)
        name = path.removeprefix(BASE)
        if method != "GET" or not path.startswith(BASE) or name not in NAMES: raise Refused(404, "there is no such resource")
        if set(query) - {"limit", "offset", "filter", "fields", "sort", "orderBy"}: raise Refused(400, "there is no such parameter")
        limit, offset = whole(query, "limit", 100, 1, 1000), whole(query, "offset", 0, 0, 10**9)
        items = [item for item in getattr(self, name)() if self.holds(item, one(query, "filter"))]
        return {NAMES[name]: items[offset:offset + limit]}, self.links(path, query, limit, offset, len(items))

    def links(self, path, query, limit, offset, total):
        def link(start, relation):
            text = urllib.parse.urlencode({name: values[0] for name, values in query.items()} | {"limit": limit, "offset": start})
            return f'<{self.url}{path}?{text}>; rel="{relation}"'

        found = [link(0, "first"), link(max(0, (total - 1) // limit * limit), "last")]
        if offset + limit < total: found.append(link(offset + limit, "next"))
        if offset > 0: found.append(link(max(0, offset - limit), "prev"))
        return {"X-Total-Count": str(total), "Link": ", ".join(found)}

    def holds(self, item, wish):
        if wish is None: return True
        for part in wish.split(" AND "):
            comparison = COMPARISON.fullmatch(part.strip())
            if not comparison: raise Refused(400, "this is no filter")
            field, sign, word = comparison.groups()
            value = item
            for name in field.split("."): value = value.get(name, "") if isinstance(value, dict) else ""
            value = str(value)
            result = {"=": value == word, "!=": value != word, ">": value > word, "<": value < word, ">=": value >= word,
                      "<=": value <= word, "~": word in value}[sign]
            if not result: return False
        return True

    def item(self, id, is_gone=False):
        return {"sourcedId": id, "status": "tobedeleted" if is_gone else "active", "dateLastModified": written(self.now)}

    def reference(self, id, kind):
        return {"href": f"{self.url}{BASE}{kind}s/{id}", "sourcedId": id, "type": kind}

    def orgs(self):
        return [self.item(id) | {"name": name, "type": "school", "identifier": f"0333{index}"}
                for index, (id, name) in enumerate(zip(self.school.ids, self.school.names))]

    schools = orgs

    def students(self):
        made = []
        for pupil in self.school.pupils:
            role = {"roleType": "primary", "role": "student", "org": self.reference(self.school.ids[pupil.school], "org"),
                    "beginDate": pupil.start.isoformat()}
            if pupil.end: role["endDate"] = pupil.end.isoformat()
            made.append(self.item(pupil.id, pupil.id in self.gone) | {
                "userMasterIdentifier": pupil.number, "enabledUser": "true", "givenName": pupil.given, "familyName": pupil.family,
                "grades": [f"{pupil.grade:02}"], "roles": [role], "primaryOrg": self.reference(self.school.ids[pupil.school], "org")})
        return made

    def users(self):
        teacher = self.item("opettaja-1") | {
            "enabledUser": "true", "givenName": "Opettaja", "familyName": "Tuntematon",
            "roles": [{"roleType": "primary", "role": "teacher", "org": self.reference(self.school.ids[0], "org")}]}
        return [teacher] + self.students()

    def classes(self):
        return [self.item(id) | {"title": name, "classCode": name, "classType": "homeroom",
                                 "school": self.reference(self.school.ids[school], "org")}
                for name, (id, school) in self.school.groups.items()]

    def enrollments(self):
        return [self.item(pupil.id[::-1], pupil.id in self.gone) | {
            "role": "student", "primary": "false", "beginDate": pupil.start.isoformat(), "user": self.reference(pupil.id, "user"),
            "class": self.reference(self.school.groups[pupil.group][0], "class"),
            "school": self.reference(self.school.ids[pupil.school], "org")} for pupil in self.school.pupils]


if __name__ == "__main__":
    register = OneRoster(sys.argv[1])
    print(register.url, flush=True)
    while True: time.sleep(3600)
