"""What a program took: time, memory, descriptors. Standard library only, Linux only."""
import dataclasses, os, pathlib, statistics, subprocess, time

TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1 << 20


@dataclasses.dataclass
class Run:
    seconds: float
    peak: int  # bytes
    said: str


def timed(command, codes=(0,), stdin=None, env=None):
    """Runs a program to its end. What earlier work left to be written is on the disk before it begins."""
    os.sync()
    began = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, env=env, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes: raise RuntimeError(f"{command[0]} {command[1]} ended with {process.returncode}: {said}")
    return Run(seconds, usage.ru_maxrss * 1024, said)


def median(runs):
    """Of each figure: the times' median, the peaks' largest."""
    return Run(statistics.median(run.seconds for run in runs), max(run.peak for run in runs), runs[-1].said)


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid, field="VmRSS"):
    """Bytes: VmRSS is what it holds now, RssAnon that without files, VmHWM the most that it ever held."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"): return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} tells no {field}: has it ended?")


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def slope(points):
    """Of (x, y) by least squares: how much y grows while x grows by one."""
    x, y = (statistics.fmean(values) for values in zip(*points))
    spread = sum((a - x) ** 2 for a, _ in points)
    return sum((a - x) * (b - y) for a, b in points) / spread if spread else 0.0
