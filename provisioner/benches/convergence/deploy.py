"""The same twenty tasks as a careful pyinfra user writes them."""
import os

from pyinfra import host
from pyinfra.facts.files import File
from pyinfra.operations import apt, files, server, systemd

TEMPLATES = os.environ["TEMPLATES"]
VALUES = {
    "host": {"name": host.name, "role": host.name.rpartition("-")[0]},
    "inputs": {"stage": "bench", "domain": "acme.example.com", "level": "info", "threads": 16},
}
FILES = [
    ("application.conf", "/etc/acme/application.conf", "640", "root", "acme"),
    ("batch.conf", "/etc/acme/batch.conf", "640", "root", "acme-batch"),
    ("key.conf", "/etc/acme/key.conf", "600", "acme", "acme"),
    ("logging.conf", "/etc/acme/logging.conf", "644", "root", "root"),
    ("routes.conf", "/etc/acme/routes.conf", "644", "root", "root"),
    ("logrotate", "/etc/logrotate.d/acme", "644", "root", "root"),
    ("profile.sh", "/etc/profile.d/acme.sh", "644", "root", "root"),
    ("limits.conf", "/etc/security/limits.d/60-acme.conf", "644", "root", "root"),
    ("sysctl.conf", "/etc/sysctl.d/60-acme.conf", "644", "root", "root"),
    ("acme-serve", "/usr/local/bin/acme-serve", "755", "root", "root"),
    ("acme.service", "/etc/systemd/system/acme.service", "644", "root", "root"),
    ("acme-batch.service", "/etc/systemd/system/acme-batch.service", "644", "root", "root"),
]

apt.packages(packages=["acme-agent", "acme-client", "acme-common", "acme-libs", "acme-tools"], no_recommends=True)
for user in ["acme", "acme-batch"]:
    server.user(user=user, system=True, home=f"/var/lib/{user}", shell="/usr/sbin/nologin", create_home=True)
written = [
    files.template(src=f"{TEMPLATES}/{name}.hbs", dest=path, mode=mode, user=owner, group=group, **VALUES)
    for name, path, mode, owner, group in FILES
]


def is_written():
    return any(operation.did_change() for operation in written)


systemd.daemon_reload(_if=is_written)
for service in ["acme-agent", "acme", "acme-batch"]:
    systemd.service(service=service, running=True, enabled=True)
for service in ["acme-agent", "acme", "acme-batch"]:
    systemd.service(service=service, restarted=True, _if=is_written)
files.directory(path="/var/spool/acme", mode="750", user="acme", group="acme-batch")
if not host.get_fact(File, path="/var/lib/acme/store"):
    server.shell(commands=["printf 'store 1\\n' >/var/lib/acme/store.new && mv /var/lib/acme/store.new /var/lib/acme/store"])
