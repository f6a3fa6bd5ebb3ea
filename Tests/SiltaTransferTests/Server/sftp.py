"""OpenSSH's own sftp server on ports of the loopback interface, with a configuration and keys in a folder of its own.

    sftp.py WORK

It makes in WORK host keys (host_ecdsa, host_ed25519), a user's keys (user_key, other_key) and known_hosts, and prints one line of JSON: the
ports, and who the user is. Behind each connection an `sshd -i` answers; on port `cut` the connection ends after 300,000 bytes from the
server, on port `stalled` nothing comes any more after as many. Each line on standard input is answered with the number of bytes that the
servers have sent. It ends when standard input does.
"""

import getpass
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading

work = pathlib.Path(sys.argv[1])
lock = threading.Lock()
sent = 0


def key(name, kind):
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "silta-test", "-f", work / name], check=True)
    return (work / f"{name}.pub").read_text()


def fingerprint(name):
    return subprocess.run(["ssh-keygen", "-lf", work / f"{name}.pub"], check=True, capture_output=True, text=True).stdout.split()[1]


def pump(source, sink, limit, stalls):
    global sent
    count = 0
    try:
        while data := source.recv(65536):
            count += len(data)
            if limit is not None:
                with lock:
                    sent += len(data)
            if limit and count > limit:
                if stalls:
                    threading.Event().wait()
                break
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(connection, limit, stalls):
    near, far = socket.socketpair()
    server = subprocess.Popen(["/usr/sbin/sshd", "-i", "-f", work / "sshd_config", "-E", work / "sshd.log"], stdin=far, stdout=far)
    far.close()
    threading.Thread(target=pump, args=(connection, near, None, False), daemon=True).start()
    pump(near, connection, limit, stalls)
    server.wait()


def listen(limit=0, stalls=False):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, limit, stalls), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


# sshd, where root runs it, wants this folder, which Debian's service makes.
if os.getuid() == 0:
    pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
hosts = [key("host_ecdsa", "ecdsa"), key("host_ed25519", "ed25519")]
(work / "authorized").write_text(key("user_key", "ed25519"))
key("other_key", "ed25519")
(work / "sshd_config").write_text(f"""
HostKey {work}/host_ecdsa
HostKey {work}/host_ed25519
AuthorizedKeysFile {work}/authorized
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication yes
Subsystem sftp internal-sftp
""")
ports = {"plain": listen(), "cut": listen(300_000), "stalled": listen(300_000, True)}
(work / "known_hosts").write_text("".join(f"[127.0.0.1]:{port} {host}" for port in ports.values() for host in hosts))
print(json.dumps({"ports": ports, "user": getpass.getuser(), "ecdsa": fingerprint("host_ecdsa"), "ed25519": fingerprint("host_ed25519")}),
      flush=True)
for _ in sys.stdin:
    with lock:
        print(sent, flush=True)
os._exit(0)
