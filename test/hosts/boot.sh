# Process 1 of a host, already in namespaces of its own: it makes this a machine of its own and becomes its sshd.
# Usage: boot.sh NAME DIRECTORY APP_PARENT HOME SSHD NETWORK
set -eu
name=$1 directory=$2 app_parent=$3 home=$4 sshd=$5 network=$6

# /proc is still the one from outside here, and outside is where this number is going to be used.
read -r pid _ </proc/self/stat
echo "$pid" >"$directory/pid"

mount -t proc proc /proc
if [ "$network" = own ]; then
  ip link set lo up
  # The wire, and with it the address to listen at, comes later.
  echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind
fi
echo "$name" >/proc/sys/kernel/hostname
cat /proc/sys/kernel/random/uuid >"$directory/boot_id"
mount --bind "$directory/boot_id" /proc/sys/kernel/random/boot_id
mount --bind "$directory/passwd" /etc/passwd
mount --bind "$directory/shadow" /etc/shadow
mount --bind "$directory/root" "$app_parent"
mount --bind "$directory/home" "$home"
cd /
exec "$sshd" -D -f "$directory/sshd_config" -E "$directory/log"
