#!/usr/bin/env python3
"""Writes the exports of the sample municipality, Esimerkkilä: deploy/sample/exports/<day>/.

    make.py [OUT]          OUT is `exports` beside this file by default

Seven weekly exports of one invented register, each the whole school year to date, in the columns that connectors/primus-csv reads by
default. What each pupil is there to show stands beside them in PUPILS. Nobody in it exists: personal identity codes use the
900-series, which is never issued, learner numbers begin with zeros, and municipality 999 is none. Standard library only; the same
bytes every time, so that a change of the sample is a change of this file.
"""
import datetime as dt, pathlib, random, sys

START = dt.date(2026, 8, 12)
HOLIDAYS = [(dt.date(2026, 10, 12), dt.date(2026, 10, 18))]
EXPORTS = [dt.date.fromisoformat(day) for day in (
    "2026-08-28", "2026-09-04", "2026-09-11", "2026-09-18", "2026-09-25", "2026-10-02", "2026-10-09")]
CUT, BAD_ROWS = EXPORTS[3], EXPORTS[4:]  # the export that ends half way, and those with rows that nobody can read
LESSONS = ["08:15", "09:15", "10:15", "11:15", "12:30", "13:30"]
SCHOOLS = {"M": ("Mäntylän koulu", "1.2.246.562.10.99000000010"), "K": ("Kosken yhtenäiskoulu", "1.2.246.562.10.99000000028")}
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"

UNEXPLAINED, LATE, ELSEWHERE, TOLD, UNAUTHORISED = "01", "02", "03", "04", "21"
HEALTH, LEAVE, EXPLAINED = "111", "112", "113"

# Remarks as teachers write them. Silta drops the column unread; deploy/demo looks for every one of them afterwards.
REMARKS = ["migreeni, lähti kotiin", "äiti soitti, kuumetta", "ei halua tulla liikuntaan", "nukkui pommiin taas",
           "jutellaan kuraattorin kanssa", "vatsakipua ennen koetta", "isä matkoilla, ei herätetty", "lupa kysytty rehtorilta"]
TEACHERS = ["Lahtinen Marja", "Saarela Timo", "Wikström Ulla", "Hakala Jouni"]
COURSES = ["MA7", "ÄI8", "EN9", "LI7", "HI8", "KÄ5"]


def days(first, last):
    day = first
    while day <= last:
        if day.weekday() < 5 and not any(a <= day <= b for a, b in HOLIDAYS):
            yield day
        day += dt.timedelta(days=1)


def august(day): return dt.date(2026, 8, day)
def september(day): return dt.date(2026, 9, day)
def october(day): return dt.date(2026, 10, day)


# What each pupil is there to show, and their days away, with the code that stands for them at last.
PUPILS = [
    # a notice that goes out by itself, as soon as the 20th school day is over
    dict(name=("Korpela", "Aino Maria"), at="K", grade=8, group="8A", consent=dict(given=august(20)),
         away=[(august(19), UNEXPLAINED), (august(27), HEALTH), (september(3), UNAUTHORISED), (september(10), UNEXPLAINED)]),
    # nobody consented: the notice is prepared and stays
    dict(name=("Niskanen", "Eetu"), at="K", grade=7, group="7B",
         away=[(august(24), UNAUTHORISED), (september(1), UNEXPLAINED), (september(9), UNAUTHORISED), (october(8), UNEXPLAINED)]),
    # turvakielto: a person finds another way, whatever the consent says
    dict(name=("Vuorela", "Helmi"), at="K", grade=9, group="9A", consent=dict(given=august(18)), protected=True,
         away=[(august(20), HEALTH), (august(28), UNEXPLAINED), (september(8), HEALTH), (october(1), HEALTH)]),
    # away every other day: two rules of the policy, and the second waits for somebody's name
    dict(name=("Rautio", "Onni Oskari"), at="M", grade=6, group="6A", consent=dict(given=august(25)),
         away=[(day, UNAUTHORISED) for day in days(august(20), october(9)) if day.day % 3 == 0]),
    # what looked like absence was work placement, and the school says so a fortnight later
    dict(name=("Sipilä", "Väinö"), at="K", grade=9, group="9B", consent=dict(given=august(27), giver="oppilas"),
         away=[(day, UNEXPLAINED) for day in days(september(7), september(10))], placement=september(21)),
    # consent comes three weeks after the notice was prepared
    dict(name=("Åkerman", "Elsa"), at="M", grade=5, group="5A", consent=dict(given=september(30)),
         away=[(august(21), EXPLAINED), (august(31), HEALTH), (september(2), UNEXPLAINED), (september(7), UNEXPLAINED)]),
    # consented, and the consent ran out before the tier was reached
    dict(name=("Törmänen", "Niilo"), at="K", grade=8, group="8B", consent=dict(given=august(17), through=september(30)),
         away=[(september(14), LEAVE), (september(22), UNEXPLAINED), (september(29), UNAUTHORISED), (october(1), UNAUTHORISED),
               (october(6), UNEXPLAINED)]),
    # consented and took it back
    dict(name=("Peltola", "Iida Sofia"), at="K", grade=7, group="7A", consent=dict(given=august(19), withdrawn=september(7)),
         away=[(august(26), UNEXPLAINED), (september(2), HEALTH), (september(8), UNEXPLAINED), (september(17), UNEXPLAINED)]),
    # tier 1: the school's own matter
    dict(name=("Hirvonen", "Leo"), at="K", grade=7, group="7A",
         away=[(august(27), HEALTH), (september(10), UNEXPLAINED), (september(24), HEALTH)]),
    dict(name=("Mustonen", "Lilja"), at="M", grade=6, group="6A",
         away=[(september(2), LEAVE), (september(15), LEAVE), (october(5), HEALTH)]),
    dict(name=("Kallio", "Eino"), at="K", grade=9, group="9A", consent=dict(given=september(1)),
         away=[(august(31), UNEXPLAINED), (september(17), UNEXPLAINED), (september(28), UNAUTHORISED)]),
    # away as much as anybody, but grades 1–4 are not in the policy: recorded and not assessed
    dict(name=("Laukkanen", "Vilma"), at="M", grade=3, group="3A", away=[(day, HEALTH) for day in days(september(1), september(16))]),
    dict(name=("Ojala", "Pihla"), at="M", grade=4, group="4A", away=[]),
    # moved into the municipality in September
    dict(name=("Kettunen", "Otso"), at="K", grade=8, group="8A", since=september(14), away=[(september(23), HEALTH)]),
    # everyone else
    dict(name=("Ahonen", "Sanni"), at="M", grade=5, group="5A", away=[]),
    dict(name=("Backman", "Oliver"), at="M", grade=5, group="5A", away=[(september(16), HEALTH)]),
    dict(name=("Eskola", "Kerttu"), at="M", grade=6, group="6A", away=[]),
    dict(name=("Forsell", "Linnea"), at="M", grade=5, group="5A", consent=dict(given=september(3)), away=[]),
    dict(name=("Huttunen", "Joel"), at="K", grade=7, group="7B", away=[(august(18), HEALTH)]),
    dict(name=("Jokinen", "Matilda"), at="K", grade=7, group="7B", away=[]),
    dict(name=("Kivelä", "Aaro"), at="K", grade=8, group="8B", away=[(september(30), LEAVE)]),
    dict(name=("Lindqvist", "Åke"), at="K", grade=8, group="8A", away=[]),
    dict(name=("Manninen", "Taimi"), at="K", grade=9, group="9B", away=[(august(25), HEALTH)]),
    dict(name=("Ylitalo", "Urho"), at="K", grade=9, group="9A", away=[]),
]


def hetu(rng, grade):
    born = dt.date(2026 - 7 - grade, rng.randrange(1, 13), rng.randrange(1, 29))
    number = rng.randrange(900, 1000)
    return f"{born:%d%m%y}A{number}{CHECK[int(f'{born:%d%m%y}{number}') % 31]}"


def learner_number(serial):
    body = f"{serial:010d}"
    total = sum(int(digit) * (7, 3, 1)[i % 3] for i, digit in enumerate(reversed(body)))
    return f"1.2.246.562.24.{body}{-total % 10}"


def fi(day): return f"{day:%d.%m.%Y}" if day else ""


def make_marks(rng):
    """Every mark of the autumn: id, card, day, start, minutes, and the codes it has had as (from this day on, code)."""
    marks = []

    def put(card, day, at, minutes, codes):
        marks.append(dict(id=str(7000001 + len(marks)), card=card, day=day, at=at, minutes=minutes, codes=codes,
                          course=rng.choice(COURSES), teacher=rng.choice(TEACHERS),
                          remark=rng.choice(REMARKS) if rng.random() < 0.3 else ""))

    for day in days(START, EXPORTS[-1]):
        for p in PUPILS:
            code = dict(p["away"]).get(day)
            if code:
                # What is cleared later stands as unexplained at first.
                codes = [(day, UNEXPLAINED), (day + dt.timedelta(days=rng.randrange(2, 9)), code)]
                if "placement" in p: codes[1] = (p["placement"], ELSEWHERE)
                for at in LESSONS[: 5 if p["grade"] < 7 else 6]: put(p["card"], day, at, 45, codes)
            elif day >= p.get("since", START):
                chance = rng.random()
                if chance < 0.03: put(p["card"], day, LESSONS[0], 10, [(day, LATE)])
                elif chance < 0.05 and len(p["away"]) < 2:
                    put(p["card"], day, rng.choice(LESSONS), 45, [(day, rng.choice([HEALTH, LEAVE, ELSEWHERE]))])
                elif chance < 0.06: put(p["card"], day, rng.choice(LESSONS), 0, [(day, TOLD)])
    return marks


def bad_rows(day):
    """What registers bring forth: a code that nobody listed, a 99th day, a pupil who is on no list, a `;` in a remark. All but the
    first are put right a week later."""
    rows = [f"7900001;240114;{fi(BAD_ROWS[0])};08:15;45;ZZ;MA7;{TEACHERS[0]};"]
    if day == BAD_ROWS[0]:
        rows += [f"7900002;240115;99.09.2026;09:15;45;01;ÄI8;{TEACHERS[1]};", f"7900003;249999;{fi(day)};10:15;45;01;EN9;{TEACHERS[2]};",
                 f"7900004;240116;{fi(day)};11:15;45;01;LI7;{TEACHERS[3]};{REMARKS[0]}; palaa huomenna"]
    return rows


def export(day, marks):
    pupils = ["Korttinumero;Oppijanumero;Hetu;Sukunimi;Etunimet;Kutsumanimi;Koulu;Koulu-OID;Luokka;Vuosiluokka;Kotikunta;Alkupvm;"
              "Loppupvm;Turvakielto alku;Turvakielto loppu"]
    consents = ["Suostumus-ID;Korttinumero;Antaja;Tarkoitus;Saaja;Laajuus;Annettu;Voimassa alkaen;Voimassa asti;Peruttu"]
    for p in PUPILS:
        since = p.get("since", START)
        if since > day: continue
        family, given = p["name"]
        pupils.append(";".join([p["card"], p["number"], p["hetu"], family, given, given.split()[0], *SCHOOLS[p["at"]], p["group"],
                                str(p["grade"]), "999", fi(since), "", fi(START) if "protected" in p else "", ""]))
        c = p.get("consent")
        if c and c["given"] <= day:
            gone = c.get("withdrawn")
            consents.append(";".join([f"S{p['card'][-2:]}", p["card"], c.get("giver", "huoltaja"), "opiskeluhuolto", "hva-esimerkki",
                                      "perus", fi(c["given"]), fi(c["given"]), fi(c.get("through")),
                                      fi(gone) if gone and gone <= day else ""]))
    rows = []
    for mark in marks:
        if mark["day"] > day: continue
        code = [code for since, code in mark["codes"] if since <= day][-1]
        rows.append(";".join([mark["id"], mark["card"], fi(mark["day"]), mark["at"], str(mark["minutes"]), code, mark["course"],
                              mark["teacher"], mark["remark"]]))
    if day == CUT: rows = rows[: len(rows) // 2]
    if day in BAD_ROWS: rows += bad_rows(day)
    return {"oppilaat.csv": pupils, "suostumukset.csv": consents,
            "tuntimerkinnat.csv": ["Merkintä-ID;Korttinumero;Pvm;Alku;Kesto;Tyyppi;Kurssi;Opettaja;Lisätieto"] + rows,
            "kattavuus.csv": ["Koulu-OID;Alkaen;Asti"] + [f"{oid};{fi(START)};{fi(day)}" for _, oid in SCHOOLS.values()]}


def main():
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "exports"
    rng = random.Random(2026)
    for i, p in enumerate(PUPILS):
        p.update(card=str(240101 + i), number=learner_number(101 + i), hetu=hetu(rng, p["grade"]))
    marks = make_marks(rng)
    for day in EXPORTS:
        folder = out / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in export(day, marks).items():
            (folder / name).write_bytes(("\r\n".join(rows) + "\r\n").encode())


if __name__ == "__main__":
    main()
