# shellcheck shell=sh
# What still runs from a release that is not live any more. Switched is not served: a process stays where it was started.

# Says what runs from another release than the live one: `looked` where that can be seen at all, `process PID RELEASE KIND NAME` for each,
# `more NUMBER` where there are too many to tell, `blind NUMBER` how many processes could not be looked into, - where not even that is known.
slh_do_processes() {
  slh_live
  slh_sees_processes || return 0
  slh_look_at_all "$slh_within"
  slh_say_processes
  # Where processes of others are hidden altogether, so is the first of all.
  if [ -d /proc/1 ]; then slh_say "blind $(slh_count_blind)"; else slh_say "blind -"; fi
}

# The same behind a switch to release $1, when what is left has had at most $2 seconds to go. Where there is anything to wait for,
# it says so before, and then `waiting`; the last that is said holds.
slh_do_outlast() {
  slh_sees_processes || return 0
  slh_look_at_all "$1"
  slh_tenths=$(($2 * 10))
  slh_whole=yes
  while slh_wait_for && [ "$slh_tenths" -gt 0 ]; do
    if [ "$slh_tenths" -eq $(($2 * 10)) ]; then
      slh_say_processes
      slh_say "waiting"
    fi
    slh_wait_a_little "$(($2 * 10))"
    # What is new behind the switch begins in the new release: until these are gone, only they are looked at.
    slh_pids=$slh_waited
    slh_whole=
    slh_look_at_processes "$1"
    if ! slh_wait_for; then
      slh_look_at_all "$1"
      slh_whole=yes
    fi
  done
  [ -n "$slh_whole" ] || slh_look_at_all "$1"
  slh_say_processes
}

# Clocks jump, so naps are counted, in tenths of a second: short ones first. $1 how many there were to wait.
slh_wait_a_little() {
  if [ "$slh_naps_a_second" -eq 1 ]; then
    sleep 1
    slh_tenths=$((slh_tenths - 10))
  elif [ $(($1 - slh_tenths)) -lt 5 ]; then
    sleep 0.1
    slh_tenths=$((slh_tenths - 1))
  else
    sleep 0.5
    slh_tenths=$((slh_tenths - 5))
  fi
}

# Sets slh_waited to those that are worth waiting for; fails where there is none.
slh_wait_for() {
  slh_waited=
  [ -n "$slh_found" ] || return 1
  slh_waited=$(slh_each_process | awk '$3 == "process" { print $1 }')
  [ -n "$slh_waited" ]
}

slh_say_processes() {
  slh_say "looked"
  [ -n "$slh_found" ] || return 0
  slh_each_process | awk -v tag="@$slh_token a " '
    NR <= 100 { print tag "process " $0 }
    END { if (NR > 100) print tag "more " NR - 100 }'
}

# Lines of slh_found as `PID RELEASE KIND NAME`, without what started us here (the controller of `local`, and its shell). KIND is `shell` for one
# at whose prompt somebody sits: it stands in a release, but serves nobody; else `process`. NAME is what it calls itself, and its program.
slh_each_process() {
  slh_find_starters
  slh_put "$slh_found" | while read -r slh_pid slh_id slh_exe; do
    case $slh_starters in *" $slh_pid "*) continue ;; *) ;; esac
    slh_comm=
    read -r slh_comm 2>/dev/null <"/proc/$slh_pid/comm" || [ -n "$slh_comm" ] || continue
    slh_kind=process
    if slh_is_prompt "$slh_pid"; then slh_kind=shell; fi
    case $slh_exe in '' | "$slh_comm"*) slh_name=${slh_exe:-$slh_comm} ;; *) slh_name="$slh_comm ($slh_exe)" ;; esac
    slh_put "$slh_pid $slh_id $slh_kind $slh_name"
  done
}

slh_find_starters() {
  slh_starters=' '
  slh_parent_of=$slh_loop_pid
  while [ "${slh_parent_of:-0}" -gt 1 ]; do
    slh_its_session "$slh_parent_of"
    slh_starters="$slh_starters${slh_parent_of:-0} "
  done
}

# A shell with a terminal and without anything to run. The words of its command line come in one, without what is between them.
slh_is_prompt() {
  slh_its_session "$1"
  [ "${slh_terminal_of:-0}" != 0 ] || return 1
  slh_line=
  read -r slh_line 2>/dev/null <"/proc/$1/cmdline"
  slh_line=${slh_line##*/}
  slh_line=${slh_line#-}
  case ${slh_line%%-*} in sh | ash | bash | dash | fish | ksh | mksh | csh | tcsh | zsh) ;; *) return 1 ;; esac
  case $slh_line in *-*[!il]*) return 1 ;; *) ;; esac
}

# How many of slh_pids do not let us look. Those of the kernel itself and those that have ended have nothing to show.
slh_count_blind() {
  {
    for slh_p in $slh_pids; do slh_put "/proc/$slh_p/stat"; done | xargs cat
    for slh_p in $slh_pids; do slh_put "/proc/$slh_p/cwd"; done | xargs ls -ln
  } 2>/dev/null | awk '
    /^[0-9]+ \(/ {
      pid = $1
      sub(/.*\) /, "")
      # State, and the flag of a thread of the kernel.
      if ($1 ~ /^[ZX]/ || int($7 / 2097152) % 2 == 1) empty[pid] = 1
    }
    match($0, /\/proc\/[0-9]+\/cwd$/) { split(substr($0, RSTART), part, "/"); if (!(part[3] in empty)) blind++ }
    END { print blind + 0 }'
}
