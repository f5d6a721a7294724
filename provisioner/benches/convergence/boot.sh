# Starts one machine. Words: its folder, its name, the image, and its groups' folders.
set -eu
folder=$1 name=$2 image=$3
shift 3
for group in "$@"; do
    mkdir -p "$group"
    echo $$ >"$group/cgroup.procs"
done
mount -t overlay "$name" -o "lowerdir=$image,upperdir=$folder/disk,workdir=$folder/work" "$folder/root"
exec systemd-nspawn --quiet --directory="$folder/root" --machine="$name" --register=no --keep-unit --resolv-conf=off --timezone=off \
    --link-journal=no --console=read-only --boot
