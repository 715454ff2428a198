# shellcheck shell=sh
# The switch: one rename, and all that makes it true. What a reader of `current` sees is the old release or the new one, at every instant.
# Inside the critical section (from the intent to the read-back) nothing is printed: a write to a dead pipe would kill us there.

# $1 what `current` must say now (empty: there must be none), $2 what it shall say (empty: the link is removed, after a failed first deploy),
# $3 release that $2 means, $4 ledger line of the intent, $5 ledger line once it is live.
slh_do_switch() {
  slh_fence
  slh_expect "$1"
  [ -z "$2" ] || slh_is_there "$3"
  slh_step "switch.begin"
  # The sign that going back is still right. Made now, for to confirm must not need an inode that a full disk cannot give.
  true 2>/dev/null >"$slh_run/unconfirmed" || slh_fail_write "$slh_run/unconfirmed"
  slh_live
  slh_leave "$slh_within"
  slh_ledger_add_now "$4" || slh_fail_write "$slh_home/ledger.jsonl"
  slh_step "switch.intent"
  if [ -n "$2" ]; then slh_point "$1" "$2" "$3"; else slh_unlink "$1"; fi
  slh_step "switch.renamed"
  slh_flush_directory "$slh_root" || slh_fail not-flushed "$slh_root could not be written to disk: the disk reported an error"
  slh_step "switch.flushed"
  slh_see "$2" "$3"
  # Whoever was frozen between the last fence and the rename, and lost the lock meanwhile, must not say that all is well.
  slh_fence
  slh_ledger_add_now "$5"
  slh_step "switch.noted"
  slh_say "switched"
  slh_say_current
}

# Standing ready: all that would stop this host alone is known before the first of its wave is switched. $1 and $2 as below.
slh_do_ready() {
  slh_fence
  [ -z "$slh_follows" ] || slh_refresh
  slh_expect "$1"
  slh_is_there "$2"
}

slh_is_there() { [ -d "$slh_releases/$1" ] || slh_fail not-whole "Release $1 is not there any more"; }

# Compare before swap: `current` is what the plan was made from, or nothing happens.
slh_expect() {
  if [ -L "$slh_current" ]; then
    slh_text=$(readlink "$slh_current")
    [ "$slh_text" = "$1" ] || slh_fail moved "current points to $(slh_escape "$slh_text"), the plan was made when it pointed to ${1:-nothing}"
  elif slh_exists "$slh_current"; then
    slh_fail moved "$slh_current is not a symbolic link any more"
  else
    [ -z "$1" ] || slh_fail moved "current is gone; the plan was made when it pointed to $1"
  fi
}

# Notes by this host's clock that release $1 ceases to be live: prune counts the grace from here.
slh_leave() {
  [ -z "$1" ] || date +%s 2>/dev/null >"$slh_home/left/$1" || :
}

# Forgets when release $1 was left: it is live again, or about to be. An old answer would tell of a time that is not the last.
slh_arrive() {
  [ -z "$1" ] || rm -f "$slh_home/left/$1"
}

# Others have switched, nobody knows when: release $1 (or empty) is live now, and the releases behind it are not any more.
slh_do_others_switched() {
  slh_fence
  if slh_is_release_name "$1"; then slh_arrive "$1"; fi
  shift
  for slh_id in "$@"; do
    if slh_is_release_name "$slh_id" && [ -d "$slh_releases/$slh_id" ]; then slh_leave "$slh_id"; fi
  done
}

slh_temporary() { slh_link=$slh_root/.$slh_current_name.slh-$slh_generation-$1-$slh_sid; }

# The rename. $3 release that becomes live. The way back is prepared first (slh_do_return): going back must not need an inode that a full disk cannot give.
slh_point() {
  slh_prepare_way_back "$1"
  slh_temporary new
  rm -f "$slh_link"
  ln -sn "$2" "$slh_link" 2>/dev/null || slh_fail_write "$slh_link" switch
  slh_step "switch.linked"
  slh_arrive "$3"
  # The last look at the lock stands directly before the rename. What is left of the window, one process spawn, is caught by reading back.
  slh_fence
  slh_rename "$slh_link" "$slh_current"
  # Judged by what is there, not by an exit code: on NFS a lost reply makes a rename that happened report failure.
  if [ "$(readlink "$slh_current")" != "$2" ]; then
    rm -f "$slh_link"
    slh_fail switch "The link could not be replaced: $slh_current still points to ${1:-nothing}"
  fi
}

slh_prepare_way_back() {
  [ -n "$1" ] || return 0
  slh_temporary back
  rm -f "$slh_link"
  ln -sn "$1" "$slh_link" 2>/dev/null || slh_fail_write "$slh_link" switch
}

slh_unlink() {
  slh_fence
  rm -f "$slh_current"
  slh_exists "$slh_current" && slh_fail switch "$slh_current could not be removed"
  return 0
}

# The read-back: text and what it resolves to.
slh_see() {
  slh_refresh
  if [ -z "$1" ]; then
    slh_exists "$slh_current" && slh_fail switch "$slh_current is there again"
    return 0
  fi
  [ "$(readlink "$slh_current")" = "$1" ] || slh_fail moved "Somebody else changed $slh_current after the switch"
  slh_live
  [ "$slh_live" = "$2" ] || slh_fail switch "$slh_current does not resolve to release $2"
}

# Going back after a failure at or behind the switch. $1 what `current` said before (empty: there was none), $2 what the failed switch set it
# to, $3 release gone back to, $4 ledger line `returned`, $5 release that failed. Does nothing where this host never switched, and nothing
# where somebody else has switched since.
slh_do_return() {
  slh_fence
  slh_went_back=
  slh_text=
  [ -L "$slh_current" ] && slh_text=$(readlink "$slh_current")
  if [ "$slh_text" = "$2" ]; then
    slh_step "return.begin"
    slh_go_back "$1"
    slh_flush_directory "$slh_root"
    slh_leave "$5"
    slh_arrive "$3"
    slh_step "return.renamed"
    slh_see "$1" "$3"
    slh_fence
    slh_ledger_add_now "$4"
    slh_went_back=yes
    slh_say "returned"
  elif [ "$slh_text" = "$1" ]; then
    slh_tell_return "$4" "$5"
  elif slh_intended "$5"; then
    slh_fail moved "current points to $(slh_escape "$slh_text"), which is neither the release that failed nor the one before it"
  fi
  slh_forget_way_back
  slh_say_current
}

# It has gone back already: by itself when it had lost its controller, or by somebody who was stopped in the middle. Told by the last that the
# same run wrote about the release, and written where that is still that it was live. $1 ledger line `returned`, $2 release.
slh_tell_return() {
  slh_this_run=${1#*'"run":"'}
  slh_this_run=${slh_this_run%%'"'*}
  slh_told=$(
    grep -F "\"run\":\"$slh_this_run\"" "$slh_home/ledger.jsonl" 2>/dev/null |
      grep -F -e "\"kind\":\"live\",\"release\":\"$2\"" -e "\"kind\":\"returned\",\"release\":\"$2\"" | tail -n 1
  )
  case $slh_told in
  *'"kind":"live"'*) slh_ledger_add_now "$1" ;;
  *'"kind":"returned"'*) ;;
  *) return 0 ;;
  esac
  slh_went_back=yes
  slh_say "returned"
}

# Whether a switch to release $1 was begun here, by what the ledger says.
slh_intended() { grep -qF "\"kind\":\"switching\",\"release\":\"$1\"" "$slh_home/ledger.jsonl" 2>/dev/null; }

slh_go_back() {
  if [ -z "$1" ]; then
    slh_unlink
    return
  fi
  slh_temporary back
  if [ "$(readlink "$slh_link" 2>/dev/null)" != "$1" ]; then
    rm -f "$slh_link"
    ln -sn "$1" "$slh_link" 2>/dev/null || slh_fail_write "$slh_link" switch
  fi
  slh_step "return.linked"
  slh_fence
  slh_rename "$slh_link" "$slh_current"
  [ "$(readlink "$slh_current")" = "$1" ] || slh_fail switch "$slh_current could not be put back to $1"
}

slh_forget_way_back() {
  slh_temporary back
  rm -f "$slh_link"
}

# The switch is final: $1 ledger line `good`, $2 what `current` says and $3 the release that it means, if nobody has changed it since. From here
# a lost controller changes nothing any more.
slh_do_confirm() {
  slh_fence
  slh_see "$2" "$3"
  slh_ledger_add_now "$1" || slh_fail_write "$slh_home/ledger.jsonl"
  rm -f "$slh_run/unconfirmed" || slh_fail_write "$slh_run/unconfirmed"
  slh_step "confirm.noted"
  slh_forget_way_back
  slh_say_current
}

# Where the controller is lost behind the switch: back, unless it had confirmed. Arguments as slh_do_return. True if it went back.
slh_return_unconfirmed() {
  [ -f "$slh_run/unconfirmed" ] || return 1
  slh_return_lost "$@"
}

# Where it is lost on the way back: back in any case.
slh_return_lost() { (slh_do_return "$@" && [ -n "$slh_went_back" ]); }
