# shellcheck shell=sh
# Putting a file into shared/: the old content or the new one, never half of it, whatever dies on the way.

# Putting a file takes several requests, so that all hosts can be taken along: look, receive beside the old one, commit (the rename), and then
# done or back. run/put.SESSION says what is under way, for whoever has to clear up: path, and how the old content is kept.
slh_put_names() {
  slh_place_shared "$1"
  slh_temp=./.slh-put-$slh_sid
  slh_record_of_put=$slh_home/run/put.$slh_sid
}

# Whether path $1 may be replaced, and by what mode: `put STATE MODE OLDMODE`, state same where it has the SHA-256 $2 already, differs SUM, or missing.
slh_do_put_look() {
  slh_fence
  slh_put_names "$1"
  slh_can_write_in "$slh_parent" || slh_fail preflight "$(slh_why_not "$slh_parent")"
  slh_path=$slh_dir/$slh_name
  if [ -L "$slh_path" ]; then
    slh_fail preflight "$slh_path is a symbolic link to $(slh_escape "$(readlink "$slh_path")"). It would be replaced by a file: change what it leads to instead"
  elif ! [ -e "$slh_path" ]; then
    slh_say "put missing - 600 -"
    return 0
  fi
  [ -f "$slh_path" ] || slh_fail preflight "$slh_path is not a file"
  [ -r "$slh_path" ] || slh_fail preflight "$slh_path cannot be read by user $(id -un), so its content could not be kept"
  slh_mode_of "$slh_path"
  if [ "$slh_uid_of" != "$(id -u)" ] && [ "$(id -u)" != 0 ]; then
    slh_fail preflight "$slh_path belongs to $(slh_owner_of "$slh_path"): user $(id -un) could only replace it by a file of its own, which $(slh_owner_of "$slh_path") might not be able to read"
  fi
  slh_sum_of=$(slh_sum <"$slh_path")
  slh_sum_of=${slh_sum_of%% *}
  if [ "$slh_sum_of" = "$2" ]; then slh_state_of_put=same; else slh_state_of_put=differs; fi
  slh_say "put $slh_state_of_put $slh_sum_of $slh_mode $slh_mode_was"
}

# Sets slh_mode to what a file in place of $1 gets: what owner and group may do stays, others may nothing. Also slh_uid_of and slh_gid_of.
slh_mode_of() {
  slh_facts_of=$(slh_stat "$1")
  slh_mode_was=${slh_facts_of%% *}
  slh_facts_of=${slh_facts_of#* }
  slh_uid_of=${slh_facts_of%% *}
  slh_facts_of=${slh_facts_of#* }
  slh_gid_of=${slh_facts_of%% *}
  [ "$slh_mode_was" != - ] || slh_fail preflight "There is no stat here that tells the mode of $1"
  slh_mode_was=000$slh_mode_was
  slh_mode_was=${slh_mode_was#"${slh_mode_was%???}"}
  slh_mode=${slh_mode_was%?}0
}

# The stream is the new content of path $1, with SHA-256 $2. Nobody sees it yet.
slh_do_put_receive() {
  slh_fence
  slh_put_names "$1"
  (umask 077 && slh_put "$1" >"$slh_record_of_put") 2>/dev/null || slh_fail_write "$slh_record_of_put"
  slh_step "put.begun"
  mkdir -p "$slh_dir" 2>/dev/null || slh_fail_put "$slh_dir"
  slh_place_shared "$1"
  cd "$slh_dir" || slh_fail_put "$slh_dir"
  # What is there keeps group and mode, before there is anything to read.
  (umask 077 && set -C && : >"$slh_temp") 2>/dev/null || slh_fail_put "$slh_dir/$slh_name"
  if [ -e "./$slh_name" ]; then slh_dress "./$slh_name"; fi
  # The rest of the stream must not stay in the pipe.
  cat 2>/dev/null >"$slh_temp" || { cat >/dev/null; slh_fail_put "$slh_dir/$slh_name"; }
  slh_step "put.received"
  slh_sum_of=$(slh_sum <"$slh_temp")
  [ "${slh_sum_of%% *}" = "$2" ] || { slh_put_drop; slh_fail transfer "Other content arrived than was to be sent: was the file changed meanwhile?"; }
  slh_flush_file "$slh_temp" || slh_fail_put "$slh_dir/$slh_name"
  slh_step "put.flushed"
}

slh_dress() {
  slh_mode_of "$1"
  if [ "$(id -u)" = 0 ]; then chown "$slh_uid_of" "$slh_temp" 2>/dev/null; fi
  chgrp "$slh_gid_of" "$slh_temp" 2>/dev/null || case $slh_mode in ?00) ;; *)
    slh_put_drop
    slh_fail preflight "User $(id -un) cannot give the new file to the group of the old one ($slh_gid_of), which may read it"
    ;;
  esac
  chmod "$slh_mode" "$slh_temp" 2>/dev/null || slh_fail_put "$slh_dir/$slh_name"
}

# A write into shared/ failed, which may be on another file system than our own directory.
slh_fail_put() {
  slh_left=$(slh_free_kilobytes "$slh_parent")
  slh_put_drop
  [ "${slh_left:-1}" -gt 64 ] || slh_fail disk-full "No space left for $1"
  slh_fail_write "$1"
}

# The new content of path $1, with SHA-256 $2, takes the place of the old one, with $3 (- where there was none), which stays beside it under a
# name that ends in $4. Says `kept NAME`.
slh_do_put_commit() {
  slh_fence
  slh_put_names "$1"
  cd "$slh_dir" || slh_fail host "Could not enter $slh_dir"
  slh_now_there "./$slh_name"
  [ "$slh_sum_of" = "$3" ] || slh_fail moved "$slh_dir/$slh_name was changed by somebody else at this moment"
  if [ "$3" != - ]; then slh_keep_old "$4"; fi
  slh_step "put.kept"
  slh_fence
  if [ "$3" = - ] && ln "$slh_temp" "./$slh_name" 2>/dev/null; then
    rm -f "$slh_temp"
  elif [ "$3" = - ] && slh_exists "./$slh_name"; then
    slh_fail moved "$slh_dir/$slh_name was made by somebody else at this moment"
  else
    slh_rename "$slh_temp" "./$slh_name"
  fi
  slh_step "put.renamed"
  slh_flush_directory . || slh_fail not-flushed "The directory $slh_dir could not be written to disk"
  slh_step "put.on-disk"
  slh_now_there "./$slh_name"
  [ "$slh_sum_of" = "$2" ] || slh_fail moved "$slh_dir/$slh_name does not have the content that was put there"
}

# Sets slh_sum_of to the sum of what is there, - for nothing.
slh_now_there() {
  slh_sum_of=-
  if [ -f "$1" ] && ! [ -L "$1" ]; then
    slh_sum_of=$(slh_sum 2>/dev/null <"$1")
    slh_sum_of=${slh_sum_of%% *}
  elif slh_exists "$1"; then
    slh_sum_of=other
  fi
}

# A second name for the old file, so that nothing of it changes; a copy where the file system or its owner has no second names.
slh_keep_old() {
  slh_kept=$slh_name.slh-before-$1
  slh_n=1
  while slh_exists "./$slh_kept"; do
    slh_n=$((slh_n + 1))
    slh_kept=$slh_name.slh-before-$1-$slh_n
  done
  slh_put "$slh_kept" >>"$slh_record_of_put" || slh_fail_put "$slh_record_of_put"
  ln "./$slh_name" "./$slh_kept" 2>/dev/null || { (umask 077 && cp -p "./$slh_name" "./$slh_kept") 2>/dev/null && slh_flush_file "./$slh_kept"; } || {
    rm -f "./$slh_kept"
    slh_fail_put "$slh_dir/$slh_kept"
  }
  slh_say "kept $(slh_escape "$slh_kept")"
}

# All hosts have it: $1 ledger line.
slh_do_put_done() {
  slh_fence
  rm -f "$slh_home/run/put.$slh_sid"
  slh_ledger_add_now "$1" || slh_fail_write "$slh_home/ledger.jsonl"
}

# Takes back what of path $1 with new SHA-256 $2 was put, as far as that came: then what was there before is there again, itself and not a copy.
slh_do_put_back() {
  slh_fence
  slh_put_back "$slh_sid" "$2"
}

# The same for session $1, from its record. Where $2 is empty only what was not finished goes: a content that was put stays.
slh_put_back() (
  slh_kept=
  { read -r slh_p && { read -r slh_kept || :; }; } 2>/dev/null <"$slh_home/run/put.$1" || { rm -f "$slh_home/run/put.$1"; exit 0; }
  slh_place_shared "$slh_p"
  if cd "$slh_dir" 2>/dev/null; then
    slh_now_there "./$slh_name"
    if [ -n "$2" ] && [ "$slh_sum_of" = "$2" ]; then
      if [ -n "$slh_kept" ]; then
        slh_rename "./$slh_kept" "./$slh_name"
      else
        rm -f "./$slh_name"
      fi
      slh_step "put.back"
      slh_flush_directory . || :
      slh_now_there "./$slh_name"
      [ "$slh_sum_of" != "$2" ] || slh_fail host "$slh_dir/$slh_name could not be put back"
    elif [ -n "$slh_kept" ] && slh_same_file "./$slh_kept" "./$slh_name"; then
      rm -f "./$slh_kept"
    fi
    rm -f "./.slh-put-$1"
  fi
  rm -f "$slh_home/run/put.$1"
)

# Two names of one file.
slh_same_file() {
  [ -e "$1" ] && [ -e "$2" ] || return 1
  # shellcheck disable=SC2012 # the number of the file comes first, whatever its name
  [ "$(ls -di "$1" | awk '{ print $1; exit }')" = "$(ls -di "$2" | awk '{ print $1; exit }')" ]
}

slh_put_drop() {
  rm -f "$slh_temp" "$slh_record_of_put"
}

# The controller is lost in the middle of it.
slh_lose_put() {
  (slh_do_put_back "$1" "$2")
  slh_unlock
}

# What earlier runs left of such work. The lock is ours, so nobody is at it.
slh_clear_puts() {
  for slh_e in "$slh_home"/run/put.*; do
    slh_left_by=${slh_e##*/put.}
    case $slh_left_by in '*' | "$slh_sid") ;; *) (slh_put_back "$slh_left_by" '') || : ;; esac
  done
}

slh_say_left_puts() {
  for slh_e in "$slh_home"/run/put.*; do
    [ -f "$slh_e" ] && [ "${slh_e##*/put.}" != "$slh_sid" ] && slh_say "debris put ${slh_e##*/put.}"
  done
}
