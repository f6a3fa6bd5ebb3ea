"""Tells in plain words what came of playing the sample. Every number is asked of the real command, or counted in the files that the
receiver kept: none stands here.
"""
import collections, csv, json, os, sys, textwrap

WIDTH, MARGIN = 110, 12

WHY = {
    "no-consent": "nobody's consent to tell this recipient is valid now; the notice waits for one",
    "non-disclosure": "turvakielto protects the pupil; a person has to find another way",
    "release": "it waits for a person of the school; `silta notice release`",
    "tier-lowered": "the school corrected its marks, and the tier is below the rule now; the county was told to forget it",
}


def counted(number, thing, things=None):
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def heading(text):
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}")


def say(label, text):
    """A paragraph beside its label."""
    lines = textwrap.wrap(text, WIDTH - MARGIN, break_long_words=False, break_on_hyphens=False)
    for i, line in enumerate(lines): print(f"{label if i == 0 else '':<{MARGIN}}{line}")


def standing(notices):
    return ", ".join(f"{number} {state}" for state, number in sorted(notices.items())) or "none"


def week(day, evening):
    """One line for the two cycles of an evening."""
    first, again = evening
    poll = first["polls"][0]
    if poll["outcome"] == "completed":
        changes = poll["changes"]
        parts = [f"{counted(changes['absencesRecorded'], 'new mark')}, {changes['absencesReclassified']} of another class"]
        if poll["quarantined"]: parts.append(f"{counted(poll['quarantined'], 'row')} not understood")
    else:
        parts = [f"the poll is {poll['outcome']}: it would withdraw " + ", ".join(
            f"{w['withdrawn']} of {w['known']} marks" for w in poll.get("withdrawals", []))]
    tried = first["attempts"]["failed"]
    if tried:
        delivered = again["attempts"]["delivered"]
        parts.append(f"{counted(tried, 'message')} answered 503, {delivered} delivered a quarter of an hour later")
    parts.append(f"notices: {standing(again['notices'])}")
    say(f"{day:%a} {day.day} {day:%b}", "; ".join(parts))


class Played:
    """What there is to tell, asked of the command and read from the receiver's files."""

    def __init__(self, silta, weeks):
        self.polls = [cycle["polls"][0] for _, evening in weeks for cycle in evening]
        self.failed = sum(cycle["attempts"]["failed"] for _, evening in weeks for cycle in evening)
        self.pupils = silta.lines("pupils")
        self.notices = silta.lines("notices")
        self.rows = silta.lines("quarantine", "list")
        self.status = silta.lines("status", codes=(0, 3))[0]
        self.releases = silta.lines("audit", "list", "--type", "notice.released.v1")
        self.dropped, self.cards = dropped(silta.folder / "exports")
        self.shown = [silta.run("pupil", "show", f"primus/{card}", "--json", "--why", "a search for free text") for card in self.cards]
        self.found = places_with(self.dropped, silta.folder, self.shown)
        self.accesses = silta.lines("audit", "list", "--type", "access.made.v1")
        self.verified = silta.lines("audit", "verify", codes=(0, 1))[0]
        self.digest = silta.lines("status", "--digest", codes=(0, 3))[0]["state"]["digest"]
        self.rebuilt = silta.lines("rebuild")[0]["digest"]
        self.receipts = [json.loads(line) for line in (silta.folder / "received.jsonl").read_text().splitlines()]
        self.kept = sorted((silta.folder / "received").glob("*.json"))

    def changes(self, what):
        return sum(poll["changes"][what] for poll in self.polls if poll["outcome"] == "completed")

    def notices_that(self, state):
        return [notice for notice in self.notices if notice["state"] == state]

    @property
    def taken(self):
        """Messages that the county took in, without what it answered 503."""
        return [receipt for receipt in self.receipts if receipt["received"]]

    @property
    def reasons(self):
        return collections.Counter(notice["reason"] for notice in self.notices_that("held"))


def dropped(exports):
    """Every remark and teacher's name in the exports, and every pupil's card."""
    texts, cards = set(), set()
    for export in exports.iterdir():
        for row in csv.DictReader((export / "tuntimerkinnat.csv").open(newline=""), delimiter=";", quoting=csv.QUOTE_NONE):
            texts |= {row["Opettaja"], row["Lisätieto"]} - {"", None}
        cards |= {row["Korttinumero"] for row in csv.DictReader((export / "oppilaat.csv").open(newline=""), delimiter=";")}
    return texts, sorted(cards)


def places_with(texts, folder, shown):
    """The files of Silta's and of the county's that hold any of the texts, and whether what Silta shows does."""
    files = [path for part in ("state", "received") for path in (folder / part).rglob("*") if path.is_file()] + [folder / "received.jsonl"]
    contents = [(str(path), path.read_bytes()) for path in files] + [("pupil show", text.encode()) for text in shown]
    return [place for place, content in contents if any(text.encode() in content for text in texts)]


def tell_marks(played):
    polls = collections.Counter(poll["outcome"] for poll in played.polls)
    say("read", f"The register's export was read {counted(len(played.polls), 'time')} and told of "
        f"{counted(played.status['pupils'], 'pupil')}. {counted(played.changes('absencesRecorded'), 'mark')} were taken in; "
        f"{played.changes('absencesReclassified')} times a mark got another class later, as when a guardian explains an absence.")
    for held in {json.dumps(poll["withdrawals"]) for poll in played.polls if poll["outcome"] == "held"}:
        known = json.loads(held)[0]
        say("held", f"{counted(polls['held'], 'poll')} of one export counted for nothing: it ended half way, and would have withdrawn "
            f"{known['withdrawn']} of {known['known']} marks. The next export was whole again.")
    for row in played.rows:
        say("quarantine", f"{row['file']} line {row['line']}: {row['reason']}")
    say("dropped", f"{len(played.dropped)} remarks and teachers' names stand in the exports. They were looked for in every file that Silta "
        f"wrote, in all that it shows of {counted(len(played.shown), 'pupil')}, and in what the county got: "
        + ("none is there." if not played.found else f"FOUND in {', '.join(played.found)}."))


def tell_pupils(played):
    say("", f"{counted(len(played.pupils), 'pupil')} of the {played.status['pupils']} are in the grades that the policy names; as of "
        f"{max(pupil['asOf'] for pupil in played.pupils)}.")
    for tier in range(4):
        now, highest = (sum(pupil[key] == tier for pupil in played.pupils) for key in ("tier", "highestTier"))
        print(f"{f'tier {tier}':<{MARGIN}}{now:>3} now   {highest:>3} at the highest so far")


def tell_notices(played):
    delivered, withdrawn = played.notices_that("delivered"), played.notices_that("withdrawn")
    retried = sum(notice["attempts"] > 1 for notice in delivered)
    say("", f"{len(played.notices)} were prepared.")
    say("delivered", f"{len(delivered)}: each on a consent that was valid at that moment; "
        f"{'all' if retried == len(delivered) else retried} of them at the second attempt or later.")
    for entry in played.releases:
        say("", f"One of them waited until {entry['actor'].removeprefix('person/')} released it: that stands in the log at position "
            f"{entry['position']}.")
    for reason, number in sorted(played.reasons.items()): say("held", f"{number} {reason}: {WHY.get(reason, '')}")
    for reason, number in collections.Counter(notice["reason"] for notice in withdrawn).items():
        say("withdrawn", f"{number} {reason}: {WHY.get(reason, '')}")


def tell_county(played):
    kinds = collections.Counter(receipt["kind"] for receipt in played.taken)
    say("", f"It took in {counted(len(played.taken), 'message')}: {counted(kinds['referral'], 'referral')} and "
        f"{counted(kinds['withdrawal'], 'withdrawal')}. It answered 503 the first time each came: {counted(played.failed, 'attempt')} "
        f"failed, and each was sent again under the same id. {sum(r['signature'] for r in played.receipts)} of {len(played.receipts)} "
        f"requests were signed right, {sum(r['evidence'] == 'verified' for r in played.receipts)} carried a proof that holds; "
        f"{sum(r['repeat'] for r in played.taken)} came twice.")
    referral = next((receipt for receipt in played.taken if receipt["kind"] == "referral"), None)
    if referral:
        print(f"\n{'':<{MARGIN}}The whole of what it got to know of one pupil, from {referral['notice']}.json:")
        for key, value in referral["body"].items():
            if key not in ("notice", "rule", "service"): print(f"{'':<{MARGIN}}  {key:<10}{json.dumps(value, ensure_ascii=False)}")


def tell_proof(played):
    verified = played.verified
    say("verified", f"{counted(verified['entries'], 'entry', 'entries')}, {counted(verified['checkpoints'], 'signed checkpoint')}: "
        + ("everything holds." if verified["ok"] else f"IT DOES NOT HOLD: {verified.get('reason')}"))
    say("", f"root {verified['root']}")
    again = "the same, to the byte" if played.digest == played.rebuilt else "ANOTHER"
    say("rebuilt", f"The state made again from the first entry is {again}.")
    say("looked at", f"{len(played.accesses)} times this demo had data of pupils shown to it, and each time stands in the log.")


def shortcomings(played):
    """What should have come out and did not."""
    distinct = {receipt["notice"] for receipt in played.taken}
    gone = len(played.notices_that("delivered")) + len([n for n in played.notices if n["withdrawal"] == "delivered"]) * 2
    wanted = [
        ("marks are taken in", played.changes("absencesRecorded") > 0),
        ("a poll is held", any(poll["outcome"] == "held" for poll in played.polls)),
        ("a row is in quarantine", bool(played.rows)),
        ("every tier occurs", {pupil["highestTier"] for pupil in played.pupils} == {0, 1, 2, 3}),
        ("a notice is delivered", bool(played.notices_that("delivered"))),
        ("a notice waits for consent", played.reasons["no-consent"] > 0),
        ("a notice is kept back by turvakielto", played.reasons["non-disclosure"] > 0),
        ("a person released a notice, and none waits for that any more", bool(played.releases) and not played.reasons["release"]),
        ("a notice is taken back, and that is delivered", any(n["withdrawal"] == "delivered" for n in played.notices)),
        ("an attempt failed first", played.failed > 0),
        ("the county took in what was delivered, once each", len(distinct) == len(played.taken) == gone == len(played.kept)),
        ("every request was signed and proved", all(r["signature"] and r["evidence"] == "verified" for r in played.receipts)),
        ("no free text got in", not played.found and bool(played.dropped)),
        ("the log verifies", played.verified["ok"]),
        ("a rebuilt state is the same", played.digest == played.rebuilt),
    ]
    return [what for what, came_out in wanted if not came_out]


def shown_path(path):
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def tell_next(silta, played):
    command = f"{shown_path(silta.binary)} --config {shown_path(silta.folder / 'silta.yaml')}"
    prefix = f"silta() {{ {command} \"$@\"; }}"
    folder = shown_path(silta.folder)
    say("files", f"{folder}/received/ holds what the county got, a file a message; {folder}/received.jsonl what it answered; "
        f"{folder}/state/ the log, the keys and the state; {folder}/silta.yaml the configuration.")
    print()
    withdrawn = next(iter(played.notices_that("withdrawn")), None)
    waiting = next((n for n in played.notices if n["reason"] == "no-consent"), None)
    lines = [(prefix, "once, to type less"), ("silta status", "how it stands, and what needs a person"),
             ("silta notices", "every notice, and why it stands where it stands")]
    if withdrawn:
        key = f"primus/{withdrawn['keys'][0]['key']}"
        lines += [(f"silta pupil show {key}", "a pupil, as known now"),
                  (f"silta pupil show {key} --as-of {withdrawn['prepared']}", "and as known when a notice was prepared")]
    if waiting:
        lines += [(f"silta consent give primus/{waiting['keys'][0]['key']} --giver guardian --purpose opiskeluhuolto "
                   "--recipient hva-esimerkki --scope perus", "a consent on paper")]
    lines += [("silta audit list --type attempt.begun.v1", "every attempt, written down before its first byte left"),
              ("silta audit verify", "the whole log, proved again")]
    for line, what in lines: print(f"{'':<4}{line:<66}  # {what}" if len(line) <= 66 else f"{'':<4}# {what}\n{'':<4}{line}")
    print()
    say("", "Then README.md for your own register, deploy/README.md to install it.")


def story(silta, weeks):
    """Prints it. True if all came out that should have."""
    played = Played(silta, weeks)
    heading("Marks: from the register to the log")
    tell_marks(played)
    heading("Pupils: the tiers")
    tell_pupils(played)
    heading("Notices: what left, what waits, and why")
    tell_notices(played)
    heading("The county: what it received")
    tell_county(played)
    heading("Proof: the log")
    tell_proof(played)
    heading("Where to look next")
    tell_next(silta, played)
    missing = shortcomings(played)
    for what in missing: print(f"\nThis did not come out: {what}.", file=sys.stderr)
    return not missing
