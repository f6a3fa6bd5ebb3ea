"""A Debian of its own with systemd in it, booted by systemd-nspawn without a network. Its root is made once by debootstrap, from where this
machine's apt has its packages, and copied for every run.
"""
import hashlib, os, pathlib, re, shutil, signal, subprocess, tempfile, time

# minbase brings perl, passwd and util-linux; libraries that the binary needs beyond these packages are copied (`install_program`).
PACKAGES = ["ca-certificates", "dbus", "libcurl4", "libexpat1", "libsqlite3-0", "procps", "systemd", "systemd-sysv", "tzdata",
            "zlib1g"]
NEEDED = {"debootstrap": "debootstrap", "systemd-nspawn": "systemd-container", "nsenter": "util-linux", "apt-get": "apt"}
BOOTS_WITHIN = 60  # seconds
ENDS_WITHIN = 30
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Impossible(Exception):
    """This machine cannot boot another one; the sentence says why."""


def require():
    if os.geteuid() != 0: raise Impossible("booting a machine needs root")
    missing = sorted({package for program, package in NEEDED.items() if not shutil.which(program, path=PATH)})
    if missing: raise Impossible("Debian's packages are missing: " + " ".join(missing))


def mirror():
    """Where this machine's apt has its release from, and the release's name."""
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    codename = release.get("VERSION_CODENAME", "").strip('"')
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"],
                            capture_output=True, text=True).stdout
    for line in listed.splitlines():
        uri, suite, component = line.split()
        if suite == codename and component == "main": return uri, codename
    raise Impossible(f"apt has no source of {codename or 'this system'} main; only Debian is known here")


def base(cache):
    """The folder of the root that is copied for each run; made where it is missing, which takes most of a minute."""
    uri, codename = mirror()
    name = f"{codename}-{hashlib.sha256(' '.join(PACKAGES).encode()).hexdigest()[:12]}"
    if (cache / name).is_dir(): return cache / name
    cache.mkdir(parents=True, exist_ok=True)
    making = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}.", dir=cache))
    try:
        done = subprocess.run(["debootstrap", "--variant=minbase", "--include=" + ",".join(PACKAGES), codename, making / "root", uri],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode != 0: raise Impossible("debootstrap failed: " + " ".join((done.stdout + done.stderr).split("\n")[-4:]))
        shutil.rmtree(making / "root/var/cache/apt/archives", ignore_errors=True)
        (making / "root").rename(cache / name)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return cache / name


class Machine:
    def __init__(self, cache):
        debian = base(cache)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="machine.", dir=cache))
        self.root = self.folder / "root"
        subprocess.run(["cp", "-a", "--reflink=auto", debian, self.root], check=True)
        self.name = f"silta-boot-{os.getpid()}"
        (self.root / "etc/hostname").write_text(self.name + "\n")
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {self.name}\n")
        (self.root / "etc/machine-id").write_text("")
        self.nspawn = self.leader = None

    def path(self, path):
        """Where the machine's `path` lies outside of it."""
        return self.root / path.lstrip("/")

    def write(self, path, text, mode=0o644):
        place = self.path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def install_program(self, binary, path):
        """The binary, and those of its libraries that no package of the machine has."""
        place = self.path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(binary, place)
        place.chmod(0o755)
        listed = subprocess.run(["ldd", binary], capture_output=True, text=True).stdout
        folders = set()
        for library in map(pathlib.Path, re.findall(r"(/\S+) \(0x", listed)):
            if self.path(str(library)).exists(): continue
            self.path(str(library.parent)).mkdir(parents=True, exist_ok=True)
            shutil.copy(library, self.path(str(library)))
            folders.add(str(library.parent))
        self.write("/etc/ld.so.conf.d/silta-boot.conf", "".join(folder + "\n" for folder in sorted(folders)))
        subprocess.run(["ldconfig", "-r", self.root], check=True)

    def boot(self):
        command = ["systemd-nspawn", "--boot", "--register=no", "--private-network", "--resolv-conf=off", "--timezone=off",
                   "--link-journal=no", "--console=pipe", "--machine", self.name, "--directory", self.root]
        # Where no systemd runs, nobody can give the machine a scope of its own.
        if not pathlib.Path("/run/systemd/system").is_dir(): command.append("--keep-unit")
        # One hierarchy of control groups, as Debian has had since 11, even where this machine still mounts the old ones beside it.
        environment = dict(os.environ, UNIFIED_CGROUP_HIERARCHY="1")
        with open(self.folder / "console", "ab") as console:
            self.nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=environment,
                                           start_new_session=True)
        until = time.monotonic() + BOOTS_WITHIN
        while time.monotonic() < until and self.nspawn.poll() is None:
            self.leader = self.first_process()
            if self.leader and self.says("systemctl", "is-system-running") in ("running", "degraded"): return
            time.sleep(0.1)
        said = (self.folder / "console").read_text(errors="replace").strip().splitlines()[-3:]
        self.end()
        raise Impossible("systemd-nspawn does not boot a machine here: " + " / ".join(said))

    def first_process(self):
        """The machine's systemd, by its number outside; None while there is none."""
        try:
            children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
            found = [int(child) for child in children if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd"]
        except OSError:
            return None
        return found[0] if found else None

    def run(self, *words, user=None, within=60):
        """Runs a command in the machine: a CompletedProcess. `within` seconds, or it is a failure with code 124."""
        as_user = ["runuser", "-u", user, "--"] if user else []
        command = ["nsenter", "--target", str(self.leader), "--all", "--root", "--wd", "env", "-i", "PATH=" + PATH, "LANG=C.UTF-8",
                   "SYSTEMD_PAGER=", "SYSTEMD_COLORS=0", *as_user, *map(str, words)]
        try:
            return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=within)
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 124, "", f"not done within {within} s")

    def says(self, *words, **options):
        return self.run(*words, **options).stdout.strip()

    def process(self, number, name):
        """A file of /proc about a process, by its number in the machine."""
        return self.run("cat", f"/proc/{number}/{name}").stdout

    def power_off(self):
        """As by its administrator; whether it was off in time."""
        self.run("systemctl", "poweroff")
        try:
            self.nspawn.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            return False
        self.end()
        return True

    def end(self):
        """Whatever of it still runs ends now."""
        if self.nspawn is None: return
        if self.nspawn.poll() is None:
            # The first process of a namespace takes all others along.
            if leader := self.first_process(): os.kill(leader, signal.SIGKILL)
            try:
                self.nspawn.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()
        self.nspawn = self.leader = None
        # nspawn leaves this where /run is no tmpfs.
        shutil.rmtree(f"/run/systemd/nspawn/propagate/{self.name}", ignore_errors=True)

    def remove(self):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)
