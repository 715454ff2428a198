# shellcheck shell=sh
# shellcheck disable=SC2154 # what belongs to one log is kept in variables with its descriptor in their names
# Following logs. No program is left to follow by itself: this worker asks again and again, and reads only as fast as the channel takes it.
# So nothing grows on the host while the network is slow, and whatever stops the worker (a cancel, the end of input, the watchdog) has
# stopped all of it. A file is kept open: what is written into it after it was renamed is read too.

# How long between two looks, and every how many looks the journal is asked: that costs more.
slh_between_looks=0.3
slh_looks_a_journal=4

# $1 how many of the last lines first, $2 whether to go on (yes) or to end then; for each log two more: its kind (file, unit, user-unit)
# and its path or unit. Says `log INDEX` before output of another log than the last, and `log-… INDEX TEXT` about one.
slh_do_follow() {
  slh_lines=$1
  slh_on=$2
  shift 2
  slh_piece=$slh_run/piece
  (umask 077 && true >"$slh_piece") 2>/dev/null || slh_fail_write "$slh_piece"
  slh_logs=
  slh_index=0
  for slh_fd in 3 5 6 7 8 9; do
    [ "$#" -ge 2 ] || break
    eval "slh_kind_$slh_fd=\$1 slh_log_$slh_fd=\$2 slh_index_$slh_fd=$slh_index slh_state_$slh_fd=new slh_at_$slh_fd='' slh_gone_$slh_fd=0"
    slh_logs="$slh_logs $slh_fd"
    slh_index=$((slh_index + 1))
    shift 2
  done
  slh_say "following"
  slh_sending=
  slh_looks=0
  while :; do
    for slh_fd in $slh_logs; do slh_follow_log; done
    [ "$slh_on" = yes ] || break
    slh_looks=$((slh_looks + 1))
    slh_nap "$slh_between_looks"
  done
  rm -f "$slh_piece"
}

# One look at the log of descriptor slh_fd. slh_state: new (not looked at so far), open, waiting (told that it is not there); for a journal
# slh_at is the cursor, for a file its inode and the size that was seen last.
slh_follow_log() {
  eval "slh_kind=\$slh_kind_$slh_fd slh_log=\$slh_log_$slh_fd slh_index=\$slh_index_$slh_fd slh_state=\$slh_state_$slh_fd"
  eval "slh_at=\$slh_at_$slh_fd slh_gone=\$slh_gone_$slh_fd"
  case $slh_kind in file) slh_follow_file ;; *) slh_follow_journal ;; esac
  eval "slh_state_$slh_fd=\$slh_state slh_at_$slh_fd=\$slh_at slh_gone_$slh_fd=\$slh_gone"
}

slh_follow_file() {
  [ "$slh_state" != open ] || slh_send_new
  slh_stat_log
  if [ -z "$slh_inode" ]; then
    slh_miss_file
  elif [ "$slh_state" != open ] || [ "$slh_inode" != "${slh_at% *}" ]; then
    # The last words of the one that was renamed.
    [ "$slh_state" != open ] || slh_send_new
    slh_open_file
  elif [ "$slh_size" -lt "${slh_at#* }" ]; then
    slh_open_file
  else
    slh_gone=0
    slh_at="$slh_inode $slh_size"
  fi
}

# Sets slh_inode and slh_size; empty where there is no such file. In few programs, for this is done all the time.
slh_stat_log() {
  # shellcheck disable=SC2046,SC2154
  set -- $(ls -dinL "$slh_log" 2>/dev/null)
  slh_inode=${1-}
  slh_size=${6-0}
  # Of a device these are its numbers.
  case $slh_size in *[!0-9]* | '') slh_size=0 ;; *) ;; esac
}

# It may be missing for a moment while it is being rotated: that is not worth a word.
slh_miss_file() {
  slh_gone=$((slh_gone + 1))
  [ "$slh_state" = new ] || [ "$slh_gone" -eq 4 ] || return 0
  [ "$slh_state" = waiting ] || slh_say "log-missing $slh_index"
  slh_state=waiting
}

# From its last lines where it is the first look, else from its beginning: all of it is new.
slh_open_file() {
  slh_refusal=
  if [ ! -f "$slh_log" ]; then
    slh_refusal="It is not a file"
  elif ! eval "command exec $slh_fd<\"\$slh_log\"" 2>/dev/null; then
    slh_refusal="User $(id -un) may not read it: it belongs to $(slh_owner_of "$slh_log")"
  fi
  if [ -n "$slh_refusal" ]; then
    [ "$slh_at" = "refused" ] || slh_say "log-refused $slh_index $slh_refusal"
    slh_at=refused
    slh_state=waiting
    return 0
  fi
  [ "$slh_state" != waiting ] || slh_say "log-found $slh_index"
  if [ "$slh_state" = new ] || [ "$slh_at" = refused ]; then slh_send_last_lines; fi
  slh_state=open
  slh_at="$slh_inode $slh_size"
  slh_gone=0
  slh_send_new
}

# `tail` leaves the descriptor behind the last byte that it has seen, so nothing is sent twice or left out.
slh_send_last_lines() {
  if [ "$slh_lines" -eq 0 ]; then
    eval "tail -n 1 <&$slh_fd" >/dev/null 2>&1
  else
    eval "tail -n $slh_lines <&$slh_fd" >"$slh_piece" 2>/dev/null || slh_fail_write "$slh_piece"
    slh_send_log
  fi
}

# What has come since; of a flood only so much that the other logs have their turn.
slh_send_new() {
  slh_n=0
  while [ "$slh_n" -lt 16 ]; do
    slh_n=$((slh_n + 1))
    eval "dd bs=262144 count=1 <&$slh_fd" >"$slh_piece" 2>/dev/null || slh_fail host "Could not read $slh_log, or write $slh_piece"
    [ -s "$slh_piece" ] || return 0
    slh_send_log
  done
}

slh_send_log() {
  [ -s "$slh_piece" ] || return 0
  [ "$slh_sending" = "$slh_index" ] || slh_say "log $slh_index"
  slh_sending=$slh_index
  slh_length=$(wc -c <"$slh_piece")
  slh_put "@$slh_token o ${slh_length##* }"
  cat "$slh_piece"
}

# Asks for what came behind the cursor; the answer ends in the next one.
slh_follow_journal() {
  [ $((slh_looks % slh_looks_a_journal)) -eq 0 ] || return 0
  slh_unit=$slh_log
  set -- -q --no-pager -o short-iso --show-cursor -u "$slh_unit"
  [ "$slh_kind" = unit ] || set -- --user "$@"
  if [ -n "$slh_at" ]; then
    set -- "$@" "--after-cursor=$slh_at"
  elif [ "$slh_state" = new ]; then
    # One line where none is wanted, for its cursor.
    set -- "$@" -n "$((slh_lines + (slh_lines == 0)))"
  fi
  slh_asked=0
  journalctl "$@" >"$slh_piece" 2>"$slh_run/why" || slh_asked=1
  if [ "$slh_asked" -eq 0 ] && [ -s "$slh_piece" ]; then
    slh_send_journal
  elif [ "$slh_state" = new ] || { [ "$slh_state" = open ] && [ "$slh_asked" -ne 0 ] && [ -s "$slh_run/why" ]; }; then
    slh_miss_journal
  fi
}

# With -q journalctl fails where it has nothing to show, and says not why: whether there is nothing, or this user may not see it.
slh_miss_journal() {
  set -- --no-pager -n 1 -u "$slh_unit"
  [ "$slh_kind" = unit ] || set -- --user "$@"
  journalctl "$@" >/dev/null 2>"$slh_run/why"
  case $(cat "$slh_run/why") in
  *"insufficient permissions"* | *"not seeing messages"*)
    slh_say "log-refused $slh_index User $(id -un) may not read the journal: whoever is in the group systemd-journal there may"
    ;;
  "" | *"No journal files were found"*) slh_say "log-missing $slh_index" ;;
  *) slh_say "log-refused $slh_index $(sed -n 1p "$slh_run/why")" ;;
  esac
  slh_state=waiting
}

slh_send_journal() {
  slh_cursor=$(sed -n '$s/^-- cursor: //p' "$slh_piece")
  if [ -n "$slh_cursor" ]; then
    slh_at=$slh_cursor
    sed '$d' "$slh_piece" >"$slh_piece.new" && mv -f "$slh_piece.new" "$slh_piece"
  fi
  [ "$slh_state" != waiting ] || slh_say "log-found $slh_index"
  if [ "$slh_state" != new ] || [ "$slh_lines" -gt 0 ]; then slh_send_log; fi
  slh_state=open
}
