# shellcheck shell=sh
# First part of the runtime: the ground that every other part stands on. All parts are joined to one text (host/runtime.ts), which
# the loader evaluates in the loop (loop.sh) and which every worker evaluates again in a session of its own (work.sh).
# Functions and variables of ours begin with slh_. Nothing here relies on `set -e`: it is off wherever a result is tested.
set -u
umask 022

# Answers are read by a program: no translated messages, bytes instead of characters. Tasks get the user's own locale back.
slh_lc_was_set=${slh_lc_was_set-${LC_ALL+yes}}
slh_lc_was=${slh_lc_was-${LC_ALL-}}
case $slh_lc_was in *[!A-Za-z0-9_.@-]*) slh_lc_was=C ;; *) ;; esac
LC_ALL=C
export LC_ALL
unset CDPATH ENV BASH_ENV GREP_OPTIONS TAR_OPTIONS POSIXLY_CORRECT

slh_newline='
'

# The shell that runs this text; workers use the same. And the process by which others know whether we live: the loop.
slh_shell=${slh_shell-$0}
slh_loop_pid=${slh_loop_pid-$$}

# A dead reader must not kill us in the middle of something. A handler, not "ignore": that would be inherited by tasks.
trap : PIPE

# One line, whatever it holds. mksh has no printf of its own, and an external one cannot take long arguments.
case ${KSH_VERSION-} in
*MIRBSD* | *LEGACY*)
  slh_put() { print -r -- "$1"; }
  slh_put_raw() { print -rn -- "$1"; }
  ;;
*)
  slh_put() { printf '%s\n' "$1"; }
  slh_put_raw() { printf '%s' "$1"; }
  ;;
esac

# One line of the answer to the request in hand.
slh_say() { slh_put "@$slh_token a $1"; }

# Ends the work in hand: $1 kind of failure (errors.ts), $2 what happened, in one line. Who has lost the lock finds things that others have
# cleared away: then that is what happened.
slh_fail() {
  case $1 in fenced | task-failed | task-timeout) ;; *) if slh_overtaken; then slh_fail_overtaken; fi ;; esac
  slh_say "fail $1 $2"
  exit 1
}

# The same for a write that failed: was it the disk? Judged by asking for space, never by the text of a message.
slh_fail_write() {
  if slh_disk_full; then
    slh_fail disk-full "No space left for $1"
  fi
  # A new time for what is there needs no space, only the right to write. BusyBox says of root that it may write everywhere.
  touch -c "$slh_home/run" 2>/dev/null || slh_fail "${2-host}" "Could not write $1. $(slh_why_not "$slh_home")"
  slh_fail "${2-host}" "Could not write $1"
}

# True where not even a small file can be written beside the releases.
slh_disk_full() {
  # In what goes with the conversation, whenever that ends.
  slh_probe_file=$slh_home/run/.space.$$
  if [ -d "$slh_run" ]; then slh_probe_file=$slh_run/space.$$; fi
  if dd if=/dev/zero of="$slh_probe_file" bs=65536 count=1 2>/dev/null; then
    rm -f "$slh_probe_file"
    return 1
  fi
  rm -f "$slh_probe_file"
  [ -x "$slh_home/run" ] && touch -c "$slh_home/run" 2>/dev/null
}

slh_have() { command -v "$1" >/dev/null 2>&1; }

# What the programs of this host can do is tried once, by the loop, which tells its workers (work.sh): each trial costs a process or two, and
# a conversation has many workers.
if [ -z "${slh_taker-}" ]; then
  if dd bs=1 count=1 iflag=fullblock </dev/null >/dev/null 2>&1; then
    slh_taker=blocks
  elif slh_have perl; then
    slh_taker=perl
  else
    slh_taker=bytes
  fi
  slh_naps_a_second=1
  if sleep 0.01 2>/dev/null; then slh_naps_a_second=10; fi
  slh_unmasker=
  if env --default-signal=INT,QUIT true 2>/dev/null; then
    slh_unmasker="env"
  elif slh_have perl; then
    slh_unmasker=perl
  fi
fi

# True for a name that exists in any form, a dangling link included.
slh_exists() { [ -e "$1" ] || [ -L "$1" ]; }

# Exactly $1 bytes of standard input and not one more, also where nobody takes them: what is read must not depend on who writes.
# `head -c` reads ahead on BusyBox and toybox.
case $slh_taker in
blocks)
  slh_take_some() { dd bs="$1" count=1 iflag=fullblock 2>/dev/null; }
  ;;
perl)
  slh_take_some() {
    perl -e '$n = shift; while ($n > 0) { $r = sysread(STDIN, $b, $n) or last; $a .= $b; $n -= $r } print $a' "$1"
  }
  ;;
*)
  slh_take_some() {
    dd bs=1 count="$1" 2>/dev/null | {
      cat 2>/dev/null
      slh_taken=$?
      cat >/dev/null
      return "$slh_taken"
    }
  }
  ;;
esac
slh_take() {
  [ "$1" -gt 0 ] || return 0
  slh_take_some "$1"
}

# Runs a command as leader of a session and process group of its own, so that it can be stopped as a whole.
# To be used behind `&` or in a pipeline only: it replaces the subshell it stands in.
if slh_have setsid; then
  slh_session() { exec setsid "$@"; }
elif slh_have perl; then
  slh_session() { exec perl -e 'use POSIX (); POSIX::setsid(); exec { $ARGV[0] } @ARGV; exit 127' "$@"; }
elif slh_have python3; then
  slh_session() { exec python3 -c 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])' "$@"; }
else
  slh_session() { exec "$@"; }
fi

# Signal $1 to group $2; with 0, whether there is one. dash and mksh need the --, of which BusyBox says that it is no number: it signals
# the group nevertheless, and fails.
if kill -s 0 -- "$$" 2>/dev/null; then
  slh_signal_group() { kill -s "$1" -- "-$2" 2>/dev/null; }
else
  slh_signal_group() { kill -s "$1" "-$2" 2>/dev/null; }
fi

# A whole group, or where there is none of its own, the one process.
slh_kill_group() { slh_signal_group "$1" "$2" || kill -s "$1" "$2" 2>/dev/null; }

# Fractions of a second where sleep knows them; else each nap takes a second. slh_naps_a_second: of those that are asked for as 0.1.
case $slh_naps_a_second in
10) slh_nap() { sleep "$1"; } ;;
*) slh_nap() { sleep 1; } ;;
esac

# Where this conversation works: the state that the loop keeps and hands to each worker.
# $1 app root, $2 to $4 names of current, releases, shared, $5 session, $6 lock generation as g000000041 (empty: none), $7 lease in seconds
slh_at() {
  slh_root=$1
  slh_current=$1/$2
  slh_releases=$1/$3
  slh_shared=$1/$4
  slh_current_name=$2
  slh_home=$1/.symlink-helper
  slh_sid=$5
  slh_run=$slh_home/run/$5
  slh_generation=$6
  slh_lease=$7
  slh_follows=''
  slh_beat=''
  [ -z "$6" ] || slh_beat=$slh_home/locks/$6.beat
}

# A text in which backslash and newline are spelled \\ and \n, so that it fits in one line.
slh_escape() {
  case $1 in
  *\\* | *"$slh_newline"*)
    slh_put "$1" | awk '{ gsub(/\\/, "&&"); if (NR > 1) printf "\\n"; printf "%s", $0 } END { print "" }'
    ;;
  *) slh_put "$1" ;;
  esac
}

# A place where the tests may stop or break the program (test/faults): they replace this function.
slh_step() { :; }
