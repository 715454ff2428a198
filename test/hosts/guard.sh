# The keeper of a fleet: it boots the hosts and is the only one that takes them away again.
# Usage: guard.sh DIRECTORY APP_PARENT HOME SSHD NETWORK   (each line on standard input names a host to boot)
#
# It lives in a session of its own and ends the fleet when its input ends, so a fleet goes the same way whether its owner
# let go of it or was killed. What it has to say about a fleet that did not go cleanly is on standard error.
directory=$1 app_parent=$2 home=$3 sshd=$4 network=$5
guarded=
set -- --mount --pid --uts
[ "$network" = shared ] || set -- "$@" --net

while read -r host; do
  unshare "$@" --fork --kill-child --propagation private \
    sh "${0%/*}/boot.sh" "$host" "$directory/$host" "$app_parent" "$home" "$sshd" "$network" \
    </dev/null >>"$directory/$host/boot.log" 2>&1 &
  guarded="$guarded $!"
done

# Only now: an ignored signal would be inherited by everything on the hosts.
trap '' PIPE HUP INT TERM

# A host that was switched off may have left its number to a stranger, so ask who the parent is before killing. Process 1
# of the host is killed and not the `unshare` above it, because that one then ends only after the last process of the host.
for pid in $guarded; do
  parent='' init=''
  [ ! -e "/proc/$pid" ] || read -r _ _ _ parent _ <"/proc/$pid/stat"
  [ "$parent" = $$ ] || continue
  read -r init _ <"/proc/$pid/task/$pid/children"
  kill -s KILL "${init:-$pid}"
done
wait

for disk in "$directory"/*/root; do
  ! mountpoint -q "$disk" || umount "$disk" || umount -l "$disk"
done

# Not empty: something wrote to the app root of this machine instead of a host's. `rmdir` says so.
rmdir "$app_parent" || rm -rf --one-file-system "$app_parent"

# The first attempt fails when somebody played a host that refuses a switch by making a directory immutable.
rm -rf --one-file-system "$directory" 2>/dev/null && exit
chattr -R -f -i "$directory"
rm -rf --one-file-system "$directory"
