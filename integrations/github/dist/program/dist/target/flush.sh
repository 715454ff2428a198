# shellcheck shell=sh
# Flushing: what `sync` takes differs (FACTS: GNU and BusyBox take files, directories and -f; toybox ignores what it is given; BSD flushes
# everything; some file systems cannot flush a directory). Judged by its exit code on the real thing, going on to the next wider way. But
# a way that works on our own directory and not on what was asked for is no wrong way: then the disk has failed, and it says so only once.

# The whole file system that holds $1, within $2 seconds (0: no limit). 124 is what a time limit gives.
slh_flush_tree() {
  slh_timed "$2" sync -f "$1" 2>/dev/null
  slh_flushed=$?
  case $slh_flushed in 0 | 124) return "$slh_flushed" ;; *) ;; esac
  if slh_timed "$2" sync -f "$slh_home" 2>/dev/null; then return 1; fi
  slh_timed "$2" sync
}

# One directory: what a rename in it needs.
slh_flush_directory() {
  if sync "$1" 2>/dev/null; then return 0; fi
  if sync "$slh_home" 2>/dev/null; then return 1; fi
  fsync "$1" 2>/dev/null || sync
}

slh_flush_file() {
  if sync "$1" 2>/dev/null; then return 0; fi
  if sync "$slh_home" 2>/dev/null; then return 1; fi
  dd of="$1" conv=notrunc,fsync </dev/null 2>/dev/null || sync
}

# Runs a command for at most $1 seconds; 124 where it took longer. A flush that hangs in the kernel cannot be killed: it is left behind,
# not waited for. Our own: `timeout` is not POSIX and its options differ. Counted in naps, for clocks jump.
slh_timed() {
  slh_limit=$1
  shift
  if [ "$slh_limit" -eq 0 ]; then
    "$@"
    return
  fi
  "$@" &
  slh_timed_pid=$!
  slh_naps=0
  slh_wink=0.01
  while kill -0 "$slh_timed_pid" 2>/dev/null; do
    if [ "$slh_naps" -ge $((slh_limit * slh_naps_a_second)) ]; then
      kill -s KILL "$slh_timed_pid" 2>/dev/null
      return 124
    fi
    slh_nap "$slh_wink"
    slh_naps=$((slh_naps + 1))
    case $slh_wink in 0.01) slh_wink=0.03 ;; *) slh_wink=0.1 ;; esac
  done
  wait "$slh_timed_pid"
}
