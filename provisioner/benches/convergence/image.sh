#!/bin/sh
# Makes the image of the benchmark's machines: the smallest Debian with systemd, an SSH server and what a careful Ansible user has there already.
# Without libpam-systemd, so that a login is as cheap as it can be and what a contender does counts for more. Word: the folder. What the contenders install comes from a repository inside, so that no network is measured.
set -eu
image=$1
packages=dbus,iproute2,netbase,openssh-server,procps,python3,python3-apt,sudo,systemd,systemd-sysv
rm -rf "$image.new"
mmdebstrap --quiet --mode=root --variant=minbase --format=directory --include="$packages" \
    --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    trixie "$image.new" https://deb.debian.org/debian

# Five small packages; one of them brings a service.
repository=$image.new/srv/packages
mkdir -p "$repository"
for name in agent client common libs tools; do
    root=$(mktemp -d)
    mkdir -p "$root/DEBIAN" "$root/usr/share/acme-$name"
    printf 'Package: acme-%s\nVersion: 1.0\nArchitecture: all\nMaintainer: Benchmark <root@localhost>\nDescription: stands for a package\n' \
        "$name" >"$root/DEBIAN/control"
    seq 1 2000 >"$root/usr/share/acme-$name/content"
    if [ "$name" = agent ]; then
        mkdir -p "$root/usr/lib/systemd/system"
        printf '[Unit]\nDescription=An agent\n[Service]\nExecStart=/usr/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' \
            >"$root/usr/lib/systemd/system/acme-agent.service"
    fi
    chmod -R u=rwX,go=rX "$root"
    package=$repository/acme-${name}_1.0_all.deb
    dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
    {
        cat "$root/DEBIAN/control"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${package##*/}" "$(stat -c %s "$package")" "$(sha256sum "$package" | cut -d ' ' -f 1)"
    } >>"$repository/Packages"
    rm -rf "$root"
done
rm -f "$image.new/etc/apt/sources.list" "$image.new/etc/apt/sources.list.d/"*
printf 'deb [trusted=yes] file:/srv/packages ./\n' >"$image.new/etc/apt/sources.list"

in_image() { unshare --mount --propagation private chroot "$image.new" "$@"; }
in_image apt-get -qq update
in_image useradd --create-home --shell /bin/sh --password '*' provision
printf 'provision ALL=(ALL) NOPASSWD:ALL\n' >"$image.new/etc/sudoers.d/provision"
# Nothing begins by itself while something is measured.
in_image systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    systemd-tmpfiles-clean.timer getty.target console-getty.service systemd-networkd.service systemd-resolved.service
rm -f "$image.new/etc/ssh/ssh_host_"*
: >"$image.new/etc/machine-id"
cat >"$image.new/etc/ssh/sshd_config.d/10-bench.conf" <<'CONF'
HostKey /etc/ssh/ssh_host_ed25519_key
TrustedUserCAKeys /etc/ssh/provision-authority.pub
AuthorizedPrincipalsFile /etc/ssh/provision-principals/%u
AuthorizedKeysFile /etc/ssh/operators/%u
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel VERBOSE
CONF
mkdir -p "$image.new/etc/ssh/provision-principals" "$image.new/etc/ssh/operators"
printf 'provision\n' >"$image.new/etc/ssh/provision-principals/provision"
mv "$image.new" "$image"
