"""An installation of Silta in a folder of its own, for one source, and what came of its polls."""

import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = "2026-10-05T12:00:00Z"

SILTA = """
state: state
credentials: credentials
connectors: [{connectors}]
providers:
  - id: koe
    name: Koe
    municipality: "999"
    master-key: credential:master-key
    signing-key: credential:signing-key
    calendar: calendar.yaml
    policy: policy.yaml
    sources:
      - id: register
        connector: {connector}
        config:
{config}
    recipients: []
"""


class Installation:
    def __init__(self, folder, binary, connector, config, secrets=None):
        self.folder, self.binary = pathlib.Path(folder), binary
        self.connector = connector
        (self.folder / "credentials").mkdir(parents=True, mode=0o700)
        for name in ("calendar.yaml", "policy.yaml"): shutil.copy(ROOT / "deploy/sample" / name, self.folder / name)
        for name, value in (secrets or {}).items(): self.secret(name, value)
        self.configure(config)
        self.silta("init")

    def secret(self, name, value):
        path = self.folder / "credentials" / name
        path.write_text(value)
        path.chmod(0o600)

    def configure(self, config):
        """What stands under `config` of the source, as JSON, which is YAML."""
        text = "          " + json.dumps(config, ensure_ascii=False)
        (self.folder / "silta.yaml").write_text(
            SILTA.format(connectors=ROOT / "connectors", connector=self.connector, config=text))

    def silta(self, *words):
        """The exit code, and what was said."""
        done = subprocess.run(
            [self.binary, *words, "--config", str(self.folder / "silta.yaml")], capture_output=True, text=True, timeout=300,
            env={"PATH": "/usr/bin:/bin", "TZ": "Europe/Helsinki", "HOME": str(self.folder)})
        return done.returncode, done.stdout + done.stderr

    def poll(self, now=NOW):
        return self.silta("sync", "--now", now)

    def lines(self, *words):
        """What a command answers with --json, a line each."""
        done = subprocess.run(
            [self.binary, *words, "--json", "--config", str(self.folder / "silta.yaml")], capture_output=True, text=True, timeout=300,
            env={"PATH": "/usr/bin:/bin", "TZ": "Europe/Helsinki", "HOME": str(self.folder)})
        return [json.loads(line) for line in done.stdout.splitlines()]

    def pupils(self):
        """By their identifiers' order, what is known of each: absent minutes and tier."""
        return sorted((line["absentMinutes"], line.get("tier", 0)) for line in self.lines("pupils"))


def expect(holds, sentence, *facts):
    if holds: return
    raise AssertionError(" ".join([sentence, *map(str, facts)]))
