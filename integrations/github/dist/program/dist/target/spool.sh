# shellcheck shell=sh
# What a task prints, on its way to the controller: a file that the task writes, the worker sends, and both the worker and the task's guard
# empty where it grows too long.

slh_output_cap=16777216

# Makes the spool, readable by nobody else, and rids it of what an earlier one left.
slh_new_spool() {
  slh_spool=$slh_run/output
  slh_rid_spool "$slh_run/task"
  (umask 077 && true >"$slh_spool" && true >"$slh_run/turn") 2>/dev/null || slh_fail_write "$slh_spool"
}

# $1: what goes with it.
slh_rid_spool() { rm -f "$1" "$slh_run/output" "$slh_run/last" "$slh_run/flood" "$slh_run/turn" "$slh_run"/turn.*; }

# As much as a second look at the spool shows: too much for the disk is thrown away but for its end, too much for the network makes the
# task wait.
slh_hold_back() {
  slh_free_spool
  slh_measure
  if [ "$slh_size" -gt $((slh_output_cap * 16)) ]; then
    slh_cut_spool || slh_hold_task
  elif [ "$slh_size" -gt $((slh_output_cap * 4)) ]; then
    slh_hold_task
  elif [ -n "$slh_held" ] && { slh_take_spool || [ ! -d "$slh_run" ]; }; then
    # Not while the worker relies on its standing still. Where others have cleared all of it away, there is nothing to rely on.
    slh_let_go
    slh_free_spool
  fi
}

slh_hold_task() {
  slh_held=yes
  slh_signal_task STOP
}

slh_let_go() {
  [ -n "$slh_held" ] || return 0
  slh_signal_task CONT
  slh_held=
}

# The guard's way to empty the spool, of which it keeps the end: the worker may stand in the middle of it, and learns it from the file `flood`,
# which is there before anything is gone. As in slh_empty_spool the task stands still meanwhile; it counts as held, for the guard may be told
# to end in the middle of this. False where it is not our turn.
slh_cut_spool() {
  slh_take_spool || return 1
  slh_was_held=$slh_held
  slh_hold_task
  slh_measure
  if [ "$slh_size" -gt $((slh_output_cap * 16)) ]; then slh_keep_flood; fi
  [ -n "$slh_was_held" ] || slh_let_go
  slh_free_spool
}

slh_keep_flood() {
  { cat "$slh_run/flood"; tail -c 4096 "$slh_spool"; } 2>/dev/null | tail -c 4096 2>/dev/null >"$slh_run/flood.new"
  mv -f "$slh_run/flood.new" "$slh_run/flood" && true >"$slh_spool"
}

# Worker and guard both empty the spool, and one at a time: what one has read and not yet written down the other would not find, and one
# would let the task go on while the other relies on its standing still. The one that comes second looks again a moment later. Whose turn it is
# is told by the name of a file, for a rename succeeds once, and on a full disk too. slh_hand: whose we are.
slh_take_spool() { mv -f "$slh_run/turn" "$slh_run/turn.$slh_hand" 2>/dev/null; }

# Whoever is told to end while it takes its turn does not know whether it has it, nor does who is told by NFS that a rename failed that did not:
# so this is asked again before each look at the spool.
slh_free_spool() {
  [ ! -e "$slh_run/turn.$slh_hand" ] || mv -f "$slh_run/turn.$slh_hand" "$slh_run/turn" 2>/dev/null
}

# For the last time, of which there is no second: the guard has been told to end, and frees the spool then. One that was killed does not.
slh_wait_spool() {
  slh_n=0
  until slh_take_spool || [ -e "$slh_run/turn.$slh_hand" ] || [ "$slh_n" -ge $((5 * slh_naps_a_second)) ] || [ ! -d "$slh_run" ]; do
    slh_n=$((slh_n + 1))
    slh_nap 0.1
  done
}

# Sets slh_size to that of the spool. Where numbers have 32 bits, more than two gigabytes would be less than nothing.
slh_measure() {
  slh_size=$(wc -c <"$slh_spool" 2>/dev/null)
  slh_size=${slh_size##* }
  [ "${#slh_size}" -le 9 ] || slh_size=999999999
  slh_size=${slh_size:-0}
}

# Sends what is new in the spool. Past the cap the rest is dropped, and said so, but for its last lines: they tell why a task failed. The spool
# may have been emptied by the task itself, for `>/dev/stderr` opens it anew.
slh_pump() {
  slh_measure
  # Looked for after the measuring: who measured what the guard has emptied finds its mark then.
  if slh_flooded; then
    [ -n "$slh_dropped" ] || slh_cut
    slh_sent=0
  fi
  [ "$slh_size" -ge "$slh_sent" ] || slh_sent=0
  if [ -n "$slh_dropped" ]; then
    [ "$slh_size" -le "$slh_output_cap" ] || slh_empty_spool
    return 0
  fi
  while [ "$slh_sent" -lt "$slh_size" ] && [ "$slh_left" -gt 0 ]; do
    slh_piece=$((slh_size - slh_sent))
    [ "$slh_piece" -le 262144 ] || slh_piece=262144
    [ "$slh_piece" -le "$slh_left" ] || slh_piece=$slh_left
    slh_send_piece "$slh_spool" "$((slh_sent + 1))" "$slh_piece"
    [ "$slh_piece" -gt 0 ] || return 0
    slh_sent=$((slh_sent + slh_piece))
    slh_left=$((slh_left - slh_piece))
  done
  if [ "$slh_sent" -lt "$slh_size" ]; then slh_cut; fi
}

# What is left when the task has ended and the guard was told to.
slh_pump_rest() {
  slh_pump
  if [ -n "$slh_dropped" ] || slh_flooded; then
    slh_wait_spool
    slh_pump
    slh_keep_last
    slh_free_spool
  fi
  slh_send_last
}

# The spool was emptied by the guard, which left its end.
slh_flooded() { [ -f "$slh_run/flood" ]; }

slh_cut() {
  slh_dropped=yes
  slh_say "task cut $((slh_output_cap - slh_left))"
}

# The task stands still meanwhile: what it writes between our look and the emptying would be lost, and may be the reason why it fails.
slh_empty_spool() {
  slh_take_spool || return 0
  slh_signal_task STOP
  slh_keep_last
  slh_signal_task CONT
  slh_free_spool
}

# The end of what is behind the bytes that were sent.
slh_keep_last() {
  if slh_flooded; then slh_sent=0; fi
  { cat "$slh_run/last" "$slh_run/flood"; tail -c "+$((slh_sent + 1))" "$slh_spool"; } 2>/dev/null | tail -c 4096 >"$slh_run/last.new" 2>/dev/null
  true >"$slh_spool"
  rm -f "$slh_run/flood"
  slh_sent=0
  mv -f "$slh_run/last.new" "$slh_run/last" 2>/dev/null
}

# Whole lines only: what is left of a line may be a part of a secret, which nobody would know for one.
slh_send_last() {
  [ -s "$slh_run/last" ] || return 0
  rm -f "$slh_run/flood"
  sed 1d "$slh_run/last" 2>/dev/null >"$slh_run/output"
  slh_spool=$slh_run/output
  slh_measure
  slh_send_piece "$slh_spool" 1 "$slh_size"
}

# $3 bytes of file $1, from byte $2. They are put aside first, for their number is announced, and the file may be emptied while we wait for the
# network: sets slh_piece to how many there were. Where there is no room to put them aside, what is missing in the end is made up. What was put
# aside before there was a flood is what was asked for; later it may be from anywhere.
slh_send_piece() {
  (umask 077 && tail -c "+$2" "$1" | head -c "$3" >"$slh_run/piece") 2>/dev/null
  slh_piece=$(wc -c <"$slh_run/piece" 2>/dev/null)
  slh_piece=$((${slh_piece:-0}))
  slh_measure
  if slh_flooded; then
    slh_piece=0
  elif [ "$slh_piece" -lt "$3" ] && [ "$slh_size" -ge $(($2 + $3 - 1)) ]; then
    slh_piece=$3
    slh_put "@$slh_token o $3"
    { tail -c "+$2" "$1" 2>/dev/null; cat /dev/zero 2>/dev/null; } | head -c "$3"
  elif [ "$slh_piece" -gt 0 ]; then
    slh_put "@$slh_token o $slh_piece"
    cat "$slh_run/piece"
  fi
  rm -f "$slh_run/piece"
}
