# shellcheck shell=sh
# A little space and a few inodes that are kept back. On a disk that is full to the last block not even the lock could be taken, and so
# neither a rollback nor the prune that would give space be done.

# Before the lock is asked for: given up where the disk is full. What others then take of it is lost.
slh_use_reserve() {
  [ -d "$slh_home/reserve" ] || return 0
  if slh_is_free 64 16; then return 0; fi
  rm -rf "$slh_home/reserve"
}

# Under the lock: made where it is not and there is plenty. Of bytes that no file system makes smaller.
slh_keep_reserve() {
  [ -d "$slh_home/reserve" ] && return 0
  slh_is_free 4096 1024 || return 0
  mkdir "$slh_home/reserve" 2>/dev/null || return 0
  slh_n=0
  while [ "$slh_n" -lt 16 ]; do
    slh_n=$((slh_n + 1))
    dd if=/dev/urandom of="$slh_home/reserve/$slh_n" bs=8192 count=1 2>/dev/null || return 0
  done
}

# Whether $1 kilobytes and $2 inodes are free, as far as df tells.
slh_is_free() {
  slh_space=$(slh_free_kilobytes "$slh_home")
  slh_nodes=$(slh_free_nodes "$slh_home")
  [ "${slh_space:-$1}" -ge "$1" ] && [ "${slh_nodes:-$2}" -ge "$2" ]
}
