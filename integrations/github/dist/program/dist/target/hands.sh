# shellcheck shell=sh
# Hands on the host: what a person runs and reads there without deploying. It takes no lock and writes nothing into the app root.

# A place for spools: outside the app root, where a deploy would take it for debris, and where there may be no room (`df` is what one wants
# to run on a full disk). The loop makes it; workers find it by a name that nobody else can know before it is there.
slh_hands() {
  for slh_try in "${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm "$slh_home/run"; do
    slh_run=$slh_try/symlink-helper-$slh_sid
    [ ! -d "$slh_run" ] || return 0
    (umask 077 && mkdir "$slh_run") 2>/dev/null || continue
    if dd if=/dev/zero of="$slh_run/room" bs=65536 count=1 2>/dev/null; then
      rm -f "$slh_run/room"
      return 0
    fi
    rm -rf "$slh_run"
  done
}

# What is live, whether the app root is there, and whether it has release $1 (empty: not asked).
slh_do_where() {
  [ ! -d "$slh_root" ] || slh_say "exists yes"
  slh_refresh
  slh_say_current
  [ -z "$1" ] || [ ! -d "$slh_releases/$1" ] || slh_say "found $1"
}
