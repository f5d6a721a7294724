#!/bin/sh
# Compares this host with what was put here, or puts a bundle here. Runs as root, once, from a folder that is removed afterwards.
#
# Constant: every value stands in the files beside it, as records of one line whose fields are parted by tabs. No value becomes a command.
# Beside it: `verb`, `bundle` or `wanted`, contents and scripts in `c/`, and `end`, which came last. What is recorded stands in `home`.

set -uf
umask 022
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
here=${0%/*}
home=/var/lib/provision
policy=/usr/sbin/policy-rc.d
held=/run/provision-held
output=$home/output
tab='	'
line='
'
IFS=$line

# ---- the report

# look PATHS TO: what there is at each path, in TO.stat (kind, mode, owner:group, size, path) and TO.sum (sha256, path).
look() {
    seen=
    : >"$2.sum"
    if [ -n "$1" ]; then
        # shellcheck disable=SC2086 # One path a line; the shell parts them there and nowhere else.
        seen=$(stat -c "%F$tab%a$tab%U:%G$tab%s$tab%n" -- $1 2>/dev/null)
        regular=$1
        case $line$seen in
        *"${line}fifo"* | *"${line}socket"* | *"${line}character"* | *"${line}block"* | *"${line}symbolic"* | *"${line}directory"*)
            regular=$(printf '%s\n' "$seen" | sed -n "s/^regular.*$tab//p")
            ;;
        esac
        # shellcheck disable=SC2086
        [ -z "$regular" ] || sha256sum -- $regular >"$2.sum" 2>/dev/null
    fi
    printf '%s\n' "$seen" >"$2.stat"
}

# packages NAMES TO: the state of each package that dpkg knows.
packages() {
    # shellcheck disable=SC2016,SC2086 # dpkg-query's own names; one package a line.
    [ -z "$1" ] || dpkg-query -W -f '${Package}\t${db:Status-Abbrev}\n' -- $1 2>/dev/null
} >"$2"

# checks LIST: the ids of the steps whose check says that they are done. All in one shell, and one by one if that takes too long.
checks() {
    # shellcheck disable=SC2016 # The other shell's own names.
    timeout -k 1 30 sh -c 'while IFS="$2" read -r id _ check; do
        (set -e; . "$1/$check") </dev/null >/dev/null 2>&1
        [ $? != 0 ] || printf "%s\n" "$id"
    done' sh "$home/checks" "$tab" <"$1" >"$1.done" 2>/dev/null && return
    while IFS=$tab read -r id seconds check; do
        [ "$seconds" -lt 30 ] || seconds=30
        timeout -k 1 "$seconds" sh -e "$home/checks/$check" </dev/null >/dev/null 2>&1 && printf '%s\n' "$id"
    done <"$1" >"$1.done"
    return 0
}

# identity: the certificate by which this host is known, and the authorities whose certificates it takes.
identity() {
    text=
    [ ! -r /etc/ssh/ssh_host_ed25519_key-cert.pub ] || IFS= read -r text </etc/ssh/ssh_host_ed25519_key-cert.pub
    [ -z "$text" ] || printf 'certificate\t%s\n' "$text"
    [ -r /etc/ssh/provision-authority.pub ] || return 0
    while IFS= read -r text; do
        case $text in
        '' | '#'*) ;;
        *) printf 'authority\t%s\n' "$text" ;;
        esac
    done </etc/ssh/provision-authority.pub
}

# Says what is true of everything the manifest names; the digests in `wanted` say whose present text is asked for.
report() {
    identity
    if [ ! -e "$home/applied" ]; then
        printf 'state\tnone\n'
        return 0
    fi
    r=$here/r
    : >"$r.steps"
    : >"$r.steps.done"
    : >"$r.units"
    : >"$r.contents"
    lists=$(awk -F "$tab" -v r="$r" '
        { print > (r ".applied") }
        $1 == "file" { paths = paths $3 "\n" }
        $1 == "package" { packages = packages $3 "\n" }
        $1 == "service" { services = services $3 "\n" }
        $1 == "step" && $6 != "-" { print $3 FS $7 FS $6 > (r ".steps") }
        END { print paths FS packages FS services }
    ' "$home/applied")
    look "${lists%%"$tab"*}" "$r.now"
    lists=${lists#*"$tab"}
    packages "${lists%%"$tab"*}" "$r.installed"
    lists=${lists#*"$tab"}
    # shellcheck disable=SC2086 # One service a line.
    [ -z "$lists" ] || systemctl show --property=ActiveState,UnitFileState,ConditionResult,ConditionTimestampMonotonic -- $lists >"$r.units" 2>/dev/null
    [ ! -s "$r.steps" ] || checks "$r.steps"
    awk -F "$tab" -v r="$r" '
        FILENAME == r ".now.stat" { kind[$5] = $1; mode[$5] = $2; owner[$5] = $3; size[$5] = $4; next }
        FILENAME == r ".now.sum" { sum[substr($0, 67)] = substr($0, 1, 64); next }
        FILENAME == r ".installed" { if (substr($2, 2, 1) == "i") installed[$1] = 1; next }
        FILENAME == r ".applied" && FNR == NR { if ($1 == "service") service[++services] = $3; next }
        FILENAME == r ".units" {
            if ($0 == "") { unit++; next }
            if ($0 == "ActiveState=active" || $0 == "ActiveState=reloading") active[service[unit + 1]] = 1
            if ($0 == "ActiveState=failed") failed[service[unit + 1]] = 1
            # What its own conditions keep from running on this machine runs as it should: not at all.
            if ($0 == "ConditionResult=no") unmet[service[unit + 1]] = 1
            if ($0 ~ /^ConditionTimestampMonotonic=[1-9]/) tried[service[unit + 1]] = 1
            if ($0 ~ /^UnitFileState=(enabled|enabled-runtime|static|alias|generated|indirect)$/) enabled[service[unit + 1]] = 1
            next
        }
        FILENAME == "/etc/passwd" { split($0, entry, ":"); user[entry[1]] = 1; next }
        FILENAME == r ".steps.done" { ready[$1] = 1; next }
        FILENAME != r ".applied" { wanted[$1] = $2; next }
        $1 == "state" { print "state", $3 }
        $1 == "file" {
            state = "same"
            now = "-"
            if (!($3 in kind)) state = "missing"
            else if (kind[$3] !~ /^regular/ || mode[$3] != $5 || owner[$3] != $6 ":" $7 || sum[$3] != $8) {
                state = "changed"
                now = mode[$3] " " owner[$3]
            }
            print "file", state, $3, $4, now
            is_asked = state == "changed" || ($3 in wanted && wanted[$3] != $4)
            if (is_asked && $9 == "plain" && state != "missing" && kind[$3] ~ /^regular/ && size[$3] <= 65536) {
                all += size[$3]
                if (all <= 4194304) print $3 > (r ".contents")
            }
        }
        $1 == "package" { print "package", ($3 in installed ? "installed" : "absent"), $3 }
        $1 == "service" {
            is_up = ($3 in active) || (($3 in unmet) && ($3 in tried) && !($3 in failed))
            print "service", (is_up ? "active" : "inactive"), ($3 in enabled ? "enabled" : "disabled"), $3
        }
        $1 == "user" { print "user", ($3 in user ? "present" : "absent"), $3, $4 }
        $1 == "step" { print "step", ($6 == "-" || $3 in ready ? "done" : "undone"), $3, $4 }
        $1 == "value" || $1 == "secret" { print $1, $3, $4 }
    ' OFS="$tab" "$r.applied" "$r.now.stat" "$r.now.sum" "$r.installed" "$r.units" /etc/passwd "$r.steps.done" "$here/wanted" "$r.applied"
    while IFS= read -r path; do
        printf 'content\t%s\t' "$path"
        head -c 65536 -- "$path" 2>/dev/null | base64 -w 0
        printf '\n'
    done <"$r.contents"
}

# ---- what an apply says and keeps

# progress WORDS: tells the operator and the log.
progress() {
    printf 'progress\t%s\n' "$1"
    printf '%s\n' "$1" >>"$home/log"
}

# fail UNIT KIND NAME REASON: keeps why the apply stops, with the end of what the last command said.
fail() {
    tail -c 65536 -- "$output" >>"$home/log" 2>/dev/null
    printf '%s: %s %s: %s\n' "$1" "$2" "$3" "$4" >>"$home/log"
    printf 'failure\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$(tail -n 40 -- "$output" 2>/dev/null | tail -c 8192 | base64 -w 0)" >"$here/failure"
    return 1
}

# run COMMAND...: what it says goes to `output`; the lock is not given on, for a daemon that it starts would keep it.
run() {
    "$@" </dev/null >"$output" 2>&1 9>&-
}

# patiently COMMAND...: run, up to five times, for somebody else may hold the lists of users for a moment.
patiently() {
    attempt=1
    until run "$@"; do
        [ "$attempt" -lt 5 ] || return 1
        attempt=$((attempt + 1))
        sleep 1
    done
}

# script SECONDS FILE
script() {
    run timeout -k 5 "$1" sh -e "$2"
}

# Why the last script failed: STATUS of `timeout`.
reason() {
    case $1 in
    124 | 137) echo timeout ;;
    *) echo failed ;;
    esac
}

# uptime: the seconds since this machine started, in `now`, which no change of the clock disturbs.
uptime() {
    IFS=' ' read -r now _ </proc/uptime
    now=${now%.*}
}

# record STATE UNIT LINES: writes the manifest anew, with these lines instead of the unit's own; a star is every unit.
record() {
    [ -e "$home/applied" ] || : >"$home/applied"
    (
        umask 077
        awk -F "$tab" -v state="$1" -v unit="$2" -v lines="$3" '
            BEGIN { print "provision-applied 1"; print "state" FS "-" FS state }
            FILENAME == lines { key[$1 FS $3] = 1; print; next }
            unit == "*" || NF < 3 || $1 == "state" || $2 == unit || ($1 FS $3) in key { next }
            { print }
        ' "$3" "$home/applied" >"$home/applied.new"
    ) && sync -- "$home/applied.new" && mv -f -- "$home/applied.new" "$home/applied" && sync -- "$home"
}

# dirty UNIT: until the unit is complete, the record is partial, and whoever comes next validates and restarts it.
dirty() {
    [ -e "$home/dirty/$1" ] || { : >"$home/dirty/$1" && sync -- "$home/dirty/$1" "$home/dirty"; }
    : >"$here/none"
    record partial "" "$here/none"
}

# ---- the parts of an apply

# Waits for whoever applies now; a lost connection does not end that one.
lock() {
    exec 9>>"$home/lock"
    if ! flock -n 9; then
        holder=
        read -r holder <"$home/lock"
        progress "waiting for another apply: ${holder:-unknown}"
        if ! flock -w "${PROVISION_LOCK_SECONDS:-600}" 9; then
            printf 'held by %s\n' "${holder:-another apply}" >"$here/held"
            output=$here/held
            fail - lock - timeout
            return 1
        fi
    fi
    printf 'process %s since %s\n' "$$" "$(date -u '+%Y-%m-%d %H:%M UTC')" >"$home/lock"
}

# Says for every record of the bundle what is to be done about it, in one file a unit and kind: `3.files`.
prepare() {
    look "$(awk -F "$tab" '$1 == "file" { print $2 }' "$here/bundle")" "$here/now"
    packages "$(awk -F "$tab" '$1 == "package" { print $2 }' "$here/bundle")" "$here/installed"
    : >"$here/units"
    : >"$here/needs"
    : >"$here/missing"
    : >"$here/last"
    : >"$here/wanted"
    awk -F "$tab" -v h="$here" '
        function out(kind, line) { print line > (h "/" n "." kind) }
        FILENAME == h "/now.stat" { if ($1 ~ /^regular/) meta[$5] = $2 FS $3; next }
        FILENAME == h "/now.sum" { sum[substr($0, 67)] = substr($0, 1, 64); next }
        FILENAME == h "/installed" { if (substr($2, 2, 1) == "i") installed[$1] = 1; next }
        FILENAME == h "/old" {
            if ($1 == "step") known[$3] = $4 FS $5
            if ($1 == "file") old_file[$3] = $2
            if ($1 == "service") old_service[$3] = 1
            next
        }
        $1 == "unit" { n++; unit = $2; number[unit] = n; print n, unit > (h "/units"); next }
        $1 == "package" {
            if (!($2 in installed)) { out("missing", $2); if (!($2 in missing)) { missing[$2] = 1; print $2 > (h "/missing") } }
            out("lines", "package" FS unit FS $2)
        }
        $1 == "user" { out("users", $2 FS $3 FS $4); out("lines", "user" FS unit FS $2 FS $3) }
        $1 == "file" {
            is_wanted[$2] = 1
            print $2, $3 > (h "/wanted")
            out("lines", "file" FS unit FS $2 FS $3 FS $4 FS $5 FS $6 FS $7 FS $8)
            if (meta[$2] == $4 FS $5 ":" $6 && sum[$2] == $7) next
            out("files", $2 FS $4 FS $5 FS $6 FS $9)
            if ($9 == "-") print $2 > (h "/needs")
        }
        $1 == "validate" { out("validate", $2) }
        $1 == "service" { is_served[$2] = 1; out("services", $2); out("lines", "service" FS unit FS $2) }
        $1 == "step" {
            line = "step" FS unit FS $2 FS $3 FS $4 FS $8 FS $5
            out("lines", line)
            verdict = !($2 in known) ? "new" : known[$2] == $3 FS $4 ? "known" : "other"
            out("steps", $2 FS $5 FS $6 FS $7 FS $8 FS verdict FS $3 FS $4 FS $9)
        }
        $1 == "wait" { out("waits", $2 FS $3 FS $4 FS $5) }
        $1 == "value" || $1 == "secret" { print $1, "-", $2, $3 > (h "/last") }
        END {
            for (path in old_file) if (!(path in is_wanted)) {
                n = old_file[path] in number ? number[old_file[path]] : 0
                out("gone", path)
            }
            for (name in old_service) if (!(name in is_served)) print name > (h "/stopped")
        }
    ' OFS="$tab" "$here/now.stat" "$here/now.sum" "$here/installed" "$here/old" "$here/bundle"
}

# Finishes what an interrupted dpkg left, and installs what is missing, without starting services whose files are not there yet.
install_packages() {
    if [ -n "$(dpkg --audit 2>/dev/null)" ]; then
        progress "finishing an interrupted installation"
        uptime
        deadline=$((now + 300))
        until run timeout 1800 dpkg --force-confdef --force-confold --configure -a; do
            uptime
            [ "$now" -lt "$deadline" ] || { fail - packages "dpkg --configure -a" failed; return 1; }
            sleep 5
        done
    fi
    [ -s "$here/missing" ] || return 0
    count=0
    while read -r _; do count=$((count + 1)); done <"$here/missing"
    progress "updating the lists of packages"
    attempt=1
    until run timeout 600 apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o APT::Update::Error-Mode=any update; do
        [ "$attempt" -lt 6 ] || { fail - packages "apt-get update" failed; return 1; }
        attempt=$((attempt + 1))
        sleep "${PROVISION_PAUSE_SECONDS:-10}"
    done
    if [ "$count" = 1 ]; then progress "installing 1 package"; else progress "installing $count packages"; fi
    hold_services
    run timeout 1800 xargs -a "$here/missing" -d '\n' apt-get -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install --
    status=$?
    release_services
    [ "$status" = 0 ] || { fail - packages "apt-get install" "$(reason "$status")"; return 1; }
    tail -c 65536 -- "$output" >>"$home/log"
}

# Debian's packages ask policy-rc.d before they start a service; the bundle's own are started when their files are there.
hold_services() {
    [ ! -e "$policy" ] || return 0
    awk -F "$tab" '$1 == "service" { name = $2; sub(/\.service$/, "", name); print name; print name ".service" }' "$here/bundle" >"$held"
    # shellcheck disable=SC2016 # The name is the other script's argument.
    printf '#!/bin/sh\n# provision\ngrep -qxF -e "$1" %s && exit 101\nexit 0\n' "$held" >"$policy"
    chmod 0755 "$policy"
}

# Removes our answer to that question, and nobody else's.
release_services() {
    if [ -f "$policy" ]; then
        { read -r _ && read -r mark; } <"$policy"
        [ "${mark:-}" != "# provision" ] || rm -f -- "$policy"
    fi
    rm -f -- "$held"
}

# What the bundle names no more: its services stop, its files go; packages and users stay.
retire() {
    if [ -s "$here/stopped" ]; then
        while IFS= read -r name <&3; do
            progress "stopping $name"
            run timeout 300 systemctl disable --now --quiet -- "$name" || progress "$name was not there"
        done 3<"$here/stopped"
    fi
    [ -s "$here/0.gone" ] || return 0
    xargs -a "$here/0.gone" -d '\n' rm -f --
}

# in_groups USER GROUPS: whether the user is in all of them.
in_groups() {
    [ "$2" != - ] || return 0
    has=" $(id -nG -- "$1" 2>/dev/null) "
    rest=$2,
    while [ -n "$rest" ]; do
        case $has in *" ${rest%%,*} "*) ;; *) return 1 ;; esac
        rest=${rest#*,}
    done
}

# users UNIT LIST
users() {
    while IFS=$tab read -r name folder groups <&3; do
        if ! getent passwd "$name" >/dev/null; then
            progress "making the user $name"
            mkdir -p -- "${folder%/*}/"
            own=--user-group
            getent group "$name" >/dev/null && own=--gid=$name
            patiently useradd --system "$own" --home-dir "$folder" --create-home --shell /usr/sbin/nologin -- "$name" ||
                { fail "$1" user "$name" failed; return 1; }
        fi
        # An interrupted useradd leaves a user without its group or its folder.
        gid=$(id -g -- "$name")
        getent group "$gid" >/dev/null || patiently groupadd --gid "$gid" -- "$name" || { fail "$1" user "$name" failed; return 1; }
        [ -d "$folder/" ] || run install -d -m 0755 -o "$name" -g "$gid" -- "$folder" || { fail "$1" user "$name" failed; return 1; }
        in_groups "$name" "$groups" || patiently usermod --append --groups "$groups" -- "$name" || { fail "$1" user "$name" failed; return 1; }
    done 3<"$2"
}

# keep_old UNIT PATH: what stands there now comes back if the unit's files turn out wrong; the oldest copy counts.
keep_old() {
    old=$home/old/$1
    if [ -e "$old/tree$2" ] || [ -L "$old/tree$2" ] || [ -e "$old/absent$2" ]; then
        return 0
    elif [ -e "$2" ] || [ -L "$2" ]; then
        mkdir -p -- "$old/tree${2%/*}" && cp -a -T -- "$2" "$old/part" && mv -f -T -- "$old/part" "$old/tree$2"
    else
        { [ -d "$old/absent${2%/*}/" ] || mkdir -p -- "$old/absent${2%/*}"; } && : >"$old/absent$2"
    fi
}

# put_back UNIT
put_back() {
    old=$home/old/$1
    if [ -d "$old/tree" ]; then
        find "$old/tree" ! -type d -printf '/%P\n' >"$here/back"
        while IFS= read -r path; do
            cp -a -T -- "$old/tree$path" "$path.provision-new" && mv -f -T -- "$path.provision-new" "$path"
        done <"$here/back"
    fi
    if [ -d "$old/absent" ]; then
        find "$old/absent" ! -type d -printf '/%P\n' >"$here/back"
        xargs -r -a "$here/back" -d '\n' rm -f --
    fi
    rm -rf -- "$old"
}

# beside PATH MODE OWNER GROUP CONTENT: writes the new file next to the old one.
beside() {
    folder=${1%/*}
    [ -d "$folder/" ] || mkdir -p -- "$folder" || return 1
    install -T -m "$2" -o "$3" -g "$4" -- "$here/$5" "$1.provision-new"
}

# changed PATH: systemd reads its own files anew before anything is started.
changed() {
    case $1 in /etc/systemd/* | /lib/systemd/* | /usr/lib/systemd/*) reload=yes ;; esac
}

# write UNIT LIST: all of them beside and durable, then each in its place at once.
write() {
    while IFS=$tab read -r path mode owner group content <&3; do
        printf '%s\n' "$path.provision-new" >&5
        { keep_old "$1" "$path" && beside "$path" "$mode" "$owner" "$group" "$content"; } >"$output" 2>&1 ||
            { fail "$1" file "$path" failed; return 1; }
    done 3<"$2" 5>"$here/beside"
    # One call for the whole system is quicker than a call for each of many files.
    if [ "$count" -gt 16 ]; then sync; else xargs -a "$here/beside" -d '\n' sync --; fi
    while IFS= read -r new <&3; do
        path=${new%.provision-new}
        mv -f -T -- "$new" "$path" >"$output" 2>&1 || { fail "$1" file "$path" failed; return 1; }
        changed "$path"
    done 3<"$here/beside"
}

# files UNIT LIST GONE
files() {
    if [ -s "$2" ]; then
        count=0
        while read -r _; do count=$((count + 1)); done <"$2"
        if [ "$count" = 1 ]; then progress "writing 1 file of $1"; else progress "writing $count files of $1"; fi
        write "$1" "$2" || { xargs -a "$here/beside" -d '\n' rm -f --; return 1; }
    fi
    [ -s "$3" ] || return 0
    while IFS= read -r path <&3; do
        progress "removing $path"
        { keep_old "$1" "$path" && rm -f -- "$path"; } >"$output" 2>&1 || { fail "$1" file "$path" failed; return 1; }
        changed "$path"
    done 3<"$3"
}

# services UNIT LIST
services() {
    while IFS= read -r name <&3; do
        verb=
        [ "$touched" = yes ] && verb=restart
        run systemctl is-active --quiet -- "$name" || verb=${verb:-start}
        run systemctl is-enabled --quiet -- "$name" || run timeout 60 systemctl enable --quiet -- "$name" ||
            { fail "$1" service "$name" failed; return 1; }
        [ -n "$verb" ] || continue
        progress "${verb}ing $name"
        run systemctl reset-failed -- "$name"
        if ! run timeout 300 systemctl "$verb" -- "$name"; then
            systemctl status --no-pager --full --lines=30 -- "$name" </dev/null >>"$output" 2>&1 9>&-
            fail "$1" service "$name" failed
            return 1
        fi
    done 3<"$2"
}

# steps UNIT LIST
steps() {
    while IFS=$tab read -r id seconds check apply stored verdict digest sum doc <&3; do
        is_due=no
        [ "$verdict" = other ] && is_due=yes
        if [ "$check" = - ]; then
            [ "$verdict" = new ] && is_due=yes
        else
            script "$seconds" "$here/$check" || is_due=yes
        fi
        if [ "$is_due" = yes ]; then
            progress "$id: $doc"
            script "$seconds" "$here/$apply" || { fail "$1" step "$id" "$(reason $?)"; return 1; }
            tail -c 65536 -- "$output" >>"$home/log"
            if [ "$check" != - ]; then
                script "$seconds" "$here/$check" || { fail "$1" step "$id" undone; return 1; }
            fi
        fi
        if [ "$stored" != - ] && [ ! -e "$home/checks/$stored" ]; then
            install -T -m 0600 -- "$here/$check" "$home/checks/$stored.new" && sync -- "$home/checks/$stored.new" &&
                mv -f -T -- "$home/checks/$stored.new" "$home/checks/$stored"
        fi
        if [ "$verdict" != known ]; then
            printf 'step\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$id" "$digest" "$sum" "$stored" "$seconds" >"$here/step"
            record partial "" "$here/step" || { fail "$1" manifest - failed; return 1; }
        fi
    done 3<"$2"
}

# waits UNIT LIST
waits() {
    while IFS=$tab read -r id seconds check doc <&3; do
        uptime
        deadline=$((now + seconds))
        told=$now
        is_told=no
        until script "$((deadline > now ? deadline - now : 1))" "$here/$check"; do
            uptime
            [ "$now" -lt "$deadline" ] || { fail "$1" wait "$id" timeout; return 1; }
            if [ "$is_told" = no ] || [ $((now - told)) -ge 15 ]; then
                progress "waiting: $doc"
                told=$now
                is_told=yes
            fi
            sleep 1
            uptime
        done
    done 3<"$2"
}

# unit NUMBER ID
unit() {
    n=$here/$1
    if [ -s "$n.files" ] || [ -s "$n.gone" ]; then
        dirty "$2" || { fail "$2" manifest - failed; return 1; }
    fi
    touched=no
    [ -e "$home/dirty/$2" ] && touched=yes
    reload=$touched
    [ ! -s "$n.users" ] || users "$2" "$n.users" || return 1
    files "$2" "$n.files" "$n.gone" || return 1
    if [ "$touched" = yes ] && [ -s "$n.validate" ]; then
        read -r judge <"$n.validate"
        progress "validating $2"
        script 120 "$here/$judge" || { fail "$2" validate - "$(reason $?)"; put_back "$2"; return 1; }
    fi
    if [ -s "$n.services" ]; then
        [ "$reload" = no ] || run timeout 60 systemctl daemon-reload
        services "$2" "$n.services" || return 1
    fi
    [ ! -s "$n.steps" ] || steps "$2" "$n.steps" || return 1
    [ ! -s "$n.waits" ] || waits "$2" "$n.waits" || return 1
    [ -e "$n.lines" ] || : >"$n.lines"
    record partial "$2" "$n.lines" || { fail "$2" manifest - failed; return 1; }
    rm -rf -- "${home:?}/old/$2" "${home:?}/dirty/$2"
}

# What only a whole apply may say: which values and secrets are in the files, and that nothing of other units is left.
everything() {
    awk -F "$tab" -v units="$here/units" -v last="$here/last" '
        FILENAME == units { known[$2] = 1; next }
        FILENAME == last { print; next }
        NF >= 3 && $2 in known
    ' "$here/units" "$here/last" "$home/applied" >"$here/lines" && record complete "*" "$here/lines" || return 1
    awk -F "$tab" '$1 == "step" { print $6 }' "$home/applied" >"$here/kept"
    find "$home/checks" -type f -printf '%f\n' | grep -vxF -f "$here/kept" >"$here/unkept"
    (cd "$home/checks" && xargs -r -a "$here/unkept" -d '\n' rm -f --)
}

# Stops at the first failure; what is said afterwards is the truth in any case.
apply() {
    trap '' HUP PIPE
    trap 'exit 1' INT TERM
    trap release_services EXIT
    export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
    mkdir -p -- "$home" && chmod 0700 -- "$home" && mkdir -p -- "$home/dirty" "$home/old" "$home/checks" || return 1
    lock || return 1
    release_services
    find /run -maxdepth 1 -type d -name 'provision.????????' -mmin +180 -exec rm -rf -- {} +
    [ ! -e "$home/log" ] || [ "$(stat -c %s -- "$home/log")" -lt 1048576 ] || mv -f -- "$home/log" "$home/log.1"
    date -u '+--- %Y-%m-%d %H:%M:%S UTC' >>"$home/log"
    : >"$output"
    : >"$here/old"
    [ ! -e "$home/applied" ] || cp -- "$home/applied" "$here/old"
    prepare || return 1
    [ ! -s "$here/needs" ] || return 0
    while IFS=$tab read -r number id; do
        [ ! -s "$here/$number.missing" ] || dirty "$id" || return 1
    done <"$here/units"
    retire || return 1
    install_packages || return 1
    while IFS=$tab read -r number id <&4; do
        unit "$number" "$id" || return 1
    done 4<"$here/units"
    everything
}

[ -e "$here/end" ] || exit 3
read -r verb <"$here/verb"
printf 'provision-report 1\n'
if [ "$verb" = apply ]; then
    apply || [ -e "$here/failure" ] || fail - manifest - failed
    exec 9>&-
    [ ! -e "$here/failure" ] || cat "$here/failure"
    [ ! -s "$here/needs" ] || awk '{ print "need\t" $0 }' "$here/needs"
    [ -e "$here/wanted" ] || : >"$here/wanted"
fi
report && printf 'end\n'
