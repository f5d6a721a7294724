//! The script that makes and mounts file systems, on real block devices: what it must never format, and every point at which it may be killed.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use provisioner::bundle::Bundle;

use super::Worked;
use super::tools::{are_there, scratch, text, write};

/// In a mount namespace of its own: `dv VERB` is the script for the device that `device SIZE` made; systemd is what stands in `bin`.
const BENCH: &str = r#"
set -eu
cd "$1"
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
for place in /etc/systemd/system /var/lib/provision /dev/disk/by-id; do mkdir -p $place; mount -t tmpfs none $place; done
loop=
end() { umount -q mnt || :; [ -z "$loop" ] || losetup -d "$loop"; }
trap end EXIT
mkdir -p mnt
# In memory, so that no other test's disk is waited for.
mount -t tmpfs none run
image=run/image
device() {
    rm -f $image; truncate -s "$1" $image; loop=$(losetup --find --show $image)
    ln -sf "$loop" /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0
}
dv() { sh ./data-volume "$1" vol-0123456789abcdef0 "$PWD/mnt" "${2-0}"; }
digest() { sha256sum <"$loop"; }
no() { if "$@"; then echo "it succeeded: $*" >&2; exit 1; fi; }
# What is there now is refused, with these words, and nothing of it changes.
refused() {
    before=$(digest)
    no dv apply 2>said
    grep -q -e "$1" said || { cat said >&2; exit 1; }
    [ "$(digest)" = "$before" ] && no mountpoint -q mnt
}
"#;

/// A systemd that mounts what a unit says; `KILL` names the call at which the script is killed.
const SYSTEMCTL: &str = r#"#!/bin/sh
for unit; do :; done
file=/etc/systemd/system/$unit
[ "${KILL-}" != "before $1" ] || kill -9 $PPID
case $1 in
is-enabled) [ -e "$file.enabled" ] ;;
enable) : >"$file.enabled" ;;
start) mount -t "$(sed -n 's/^Type=//p' "$file")" -o "$(sed -n 's/^Options=nofail,//p' "$file")" "$(sed -n 's/^What=//p' "$file")" "$(sed -n 's/^Where=//p' "$file")" ;;
esac
status=$?
[ "${KILL-}" != "after $1" ] || kill -9 $PPID
exit $status
"#;

/// A mkfs.ext4 that is killed with the script before it, after it, or in its middle.
const MKFS: &str = r#"#!/bin/sh
[ "${KILL-}" != "before mkfs" ] || { kill -9 $PPID; exit; }
case ${KILL-} in
"within mkfs "*) /usr/sbin/mkfs.ext4 "$@" & sleep "${KILL##* }"; kill -9 $! $PPID ;;
*) /usr/sbin/mkfs.ext4 "$@" || exit ;;
esac
[ "${KILL-}" != "after mkfs" ] || kill -9 $PPID
"#;

/// Runs a scenario on a bench of its own; it is over when a command of it fails.
fn on_a_bench(test: &str, scenario: &str) {
    let needed = ["unshare", "losetup", "mkfs.ext4", "blkid", "wipefs", "sfdisk", "systemd-escape", "/dev/loop-control"];
    let is_root = text(&Command::new("id").arg("-u").output().expect("it starts").stdout).trim() == "0";
    if !are_there(test, &needed) || !is_root && !are_there(test, &["/root that is ours: root"]) {
        return;
    }
    let folder = scratch();
    let script = Worked::shipped("prod").installed("manager-1", "/usr/local/lib/provision/data-volume");
    let bin = folder.path().join("bin");
    write(folder.path(), "data-volume", &script.replacen(" PATH=", &format!(" PATH={}:", bin.display()), 1));
    for (name, program) in [("systemctl", SYSTEMCTL), ("mkfs.ext4", MKFS)] {
        executable(&write(&bin, name, program));
    }
    let mut child = Command::new("unshare")
        .args(["--mount", "--propagation", "private", "sh", "-s", "--"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let script = format!("{BENCH}\n{scenario}\n");
    child.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{scenario}\n{}{}", text(&output.stdout), text(&output.stderr));
}

fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permissions");
}

#[test]
fn a_blank_volume_gets_a_file_system_and_is_mounted() {
    on_a_bench(
        "a_blank_volume_gets_a_file_system_and_is_mounted",
        r#"
no dv ready
device 64M
dv ready </dev/null
no dv check
dv apply
dv check
[ "$(blkid -p -o value -s TYPE "$loop")" = ext4 ]
echo kept >mnt/kept
before=$(cat /etc/systemd/system/*.mount)
dv apply
[ "$(cat /etc/systemd/system/*.mount)" = "$before" ]
umount mnt
no dv check
dv apply && dv check && grep -q kept mnt/kept
# Another machine knows nothing of it.
umount mnt
rm -rf /etc/systemd/system/* /var/lib/provision/*
dv apply && dv check && grep -q kept mnt/kept
"#,
    );
}

#[test]
fn what_carries_anything_is_never_formatted() {
    let garbage = |offset: &str| {
        format!("device 64M; printf x | dd of=$loop bs=1 seek={offset} conv=notrunc status=none; refused 'left alone'; end; loop=")
    };
    let written = |what: &str, words: &str| format!("device 64M; {what}; refused '{words}'; end; loop=");
    let label =
        "printf 'LABELONE\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\40\\0\\0\\0LVM2 001' | dd of=$loop bs=512 seek=1 conv=notrunc status=none";
    let scenarios = [
        written("mkswap -q $loop", "carries swap"),
        written("echo 'label: gpt' | sfdisk -q --no-reread --no-tell-kernel $loop", "left alone"),
        written(
            "echo 'label: gpt' | sfdisk -q --no-reread --no-tell-kernel $loop; dd if=/dev/zero of=$loop bs=1M count=1 conv=notrunc status=none",
            "left alone",
        ),
        written("printf 'label: dos\\n,32M\\n' | sfdisk -q --no-reread --no-tell-kernel $loop", "left alone"),
        written(label, "left alone"),
        written("printf 'LUKS\\272\\276\\0\\1' | dd of=$loop conv=notrunc status=none", "left alone"),
        written("mkfs.ext4 -q $loop; dd if=/dev/zero of=$loop bs=4096 count=1 conv=notrunc status=none", "left alone"),
        garbage("0"),
        garbage("31457280"),
        garbage("$((64 * 1048576 - 1))"),
        garbage("$((17 * 1048576 + 4711))"),
    ];
    on_a_bench("what_carries_anything_is_never_formatted", &scenarios.join("\n"));
}

#[test]
fn a_judge_that_fails_does_not_mean_blank() {
    let failing = |program: &str, code: u8| {
        format!("printf '#!/bin/sh\\nexit {code}\\n' >bin/{program}; chmod +x bin/{program}; refused 'left alone'; rm bin/{program}")
    };
    let judges = [("blkid", 1), ("blkid", 4), ("blkid", 8), ("blkid", 127), ("wipefs", 1), ("cmp", 1), ("cmp", 2), ("cmp", 127)];
    let judges = judges.map(|(program, code)| failing(program, code)).join("\n");
    // A probe that cannot read says the same as one that finds nothing: blkid(8).
    let probe = "mkswap -q $loop; printf '#!/bin/sh\\nexit 2\\n' >bin/blkid; chmod +x bin/blkid; refused 'carries signatures'";
    on_a_bench("a_judge_that_fails_does_not_mean_blank", &format!("device 64M\n{judges}\n{probe}"));
}

#[test]
fn what_is_there_already_is_mounted_as_it_is_or_left_alone() {
    on_a_bench(
        "what_is_there_already_is_mounted_as_it_is_or_left_alone",
        r#"
device 64M
mkfs.ext4 -q -L theirs "$loop"; uuid=$(blkid -p -o value -s UUID "$loop")
dv apply && dv check
[ "$(blkid -p -o value -s UUID "$loop")" = "$uuid" ]
umount mnt
# A folder with something in it would hide it.
echo written beside >mnt/file
no dv apply 2>said
grep -q 'is not empty' said
rm mnt/file
# A volume that had a file system here does not lose it unseen.
dd if=/dev/zero of="$loop" bs=1M count=64 conv=notrunc status=none
refused 'had a file system'
# Other volumes, other places: nothing that a unit or a shell would read otherwise.
for mount in / relative '/a b' '/a%b' '/a$(id)'; do no sh ./data-volume check vol-0123456789abcdef0 "$mount" 0 2>said; grep -q data-volume: said || [ "$mount" = / ]; done
for volume in vol- ../etc 'vol-$(id)' ''; do no sh ./data-volume apply "$volume" "$PWD/mnt" 0 2>said; grep -q 'is no volume' said; done
"#,
    );
}

#[test]
fn whenever_it_is_killed_the_next_run_finishes() {
    let points = [
        "before mkfs",
        "after mkfs",
        "before daemon-reload",
        "after daemon-reload",
        "before enable",
        "after enable",
        "before start",
        "after start",
    ];
    let middles = ["0", "0.002", "0.005", "0.01", "0.015", "0.02", "0.03", "0.05"].map(|seconds| format!("within mkfs {seconds}"));
    let points = points.into_iter().map(str::to_owned).chain(middles);
    let scenarios = points.map(|point| {
        format!(
            "device 256M; no env KILL='{point}' sh ./data-volume apply vol-0123456789abcdef0 \"$PWD/mnt\" 0 >/dev/null 2>&1
            sleep 0.1; dv apply && dv check; [ ! -e /var/lib/provision/making-* ]; umount mnt; e2fsck -fn \"$loop\" >/dev/null 2>&1; end; loop=; rm -rf /etc/systemd/system/*"
        )
    });
    on_a_bench("whenever_it_is_killed_the_next_run_finishes", &scenarios.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_volume_that_grew_is_seen_and_its_file_system_grown() {
    on_a_bench(
        "a_volume_that_grew_is_seen_and_its_file_system_grown",
        r#"
device 1G
no dv ready 2
dv apply 1 && dv check 1
no dv check 2
truncate -s 2G $image && losetup -c "$loop"
dv ready 2
no dv check 1
# Growing a mounted ext4 takes CAP_SYS_RESOURCE, number 24.
bits=$(sed -n 's/^CapEff:\t//p' /proc/self/status)
if [ $((0x$bits >> 24 & 1)) = 1 ]; then
    dv apply 2
else
    no dv apply 2 2>said
    grep -q 'could not be grown' said
    umount mnt && e2fsck -fp "$loop" && resize2fs "$loop" && dv apply 2
fi
dv check 2
"#,
    );
}

#[test]
fn the_check_of_a_volume_tells_a_mount_from_a_folder() {
    let plugin = Worked::shipped("prod").installed("manager-1", "/usr/local/lib/provision/check_data_volume");
    let scenario = format!(
        "cat >plugin <<'END'\n{plugin}\nEND
check() {{ set +e; sh ./plugin \"$PWD/mnt\" >said; code=$?; set -e; [ $code = \"$1\" ] && grep -q \"$2\" said; }}
device 64M
check 2 'is not mounted'
mount -t tmpfs none mnt; check 2 'is not mounted'; umount mnt
dv apply
check 0 'OK - .* is ext4'
mount -o remount,ro mnt
check 2 'can only be read'
umount mnt
check 2 'is not mounted'"
    );
    on_a_bench("the_check_of_a_volume_tells_a_mount_from_a_folder", &scenario);
}

#[test]
fn what_keeps_data_comes_after_the_volume_and_never_starts_without_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("provisioner/tests/fixtures/store");
    let worked = Worked::changed(&root, "store", |_| {});
    let place = |bundle: &Bundle, id: &str| bundle.units.iter().position(|unit| unit.id == id);
    let store = &worked.bundles["store-1"];
    assert!(place(store, "data-volume-device") < place(store, "data-volume") && place(store, "data-volume") < place(store, "a-store"));
    let unit = worked.installed("store-1", "/etc/systemd/system/store.service.d/50-provision-data.conf");
    assert!(unit.ends_with("[Unit]\nRequiresMountsFor=/var/lib/store\nAssertPathIsMountPoint=/var/lib/store\n"), "{unit}");
    assert_eq!(place(&worked.bundles["bastion-1"], "data-volume"), None);
    let references: Vec<String> = store.references().into_iter().map(|reference| reference.address.to_string()).collect();
    assert_eq!(references, ["volume.store-1-data"]);
}
