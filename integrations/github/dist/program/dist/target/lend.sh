# shellcheck shell=sh
# A release is lent to other hosts: what it was made of, as it is kept here, goes to the controller, which proves every content by its hash.
# Changes nothing here; what the question needs on the disk goes with the conversation.

# What is kept of release $1: `time SECONDS` of all its files, `record TEXT` of its .release.json where that is a small file, then its manifest
# as output.
slh_do_lend() {
  slh_is_base "$1" || slh_fail_no_base "$1"
  slh_record=$slh_releases/$1/.release.json
  if [ -f "$slh_record" ] && ! [ -L "$slh_record" ] && [ "$(($(wc -c <"$slh_record")))" -le 65536 ]; then
    slh_say "record $(slh_escape "$(cat "$slh_record")")"
    slh_when=$(slh_stat "$slh_record")
    slh_say "time ${slh_when##* }"
  fi
  slh_pour_file "$slh_home/manifests/$1"
}

slh_fail_no_base() {
  [ -d "$slh_releases/$1" ] || slh_fail not-whole "Release $1 is not there any more"
  slh_fail not-whole "What was recorded of release $1 in $slh_home/manifests is gone, or it was not made by this program"
}

# Contents of files of release $1, one behind the other, $2 pieces and $3 bytes in all (slh_pour); the stream names them, each ended by a NUL. What is not as long as it was
# puts all behind it out of place, and what is missing is made up for: the controller tells by the hashes.
slh_do_lend_files() {
  slh_keep_wanted "$1"
  # shellcheck disable=SC2016
  slh_wanted_do '
    for f do
      shift
      # What is a pipe by now would be waited for, and a link may lead anywhere.
      if [ -f "./$f" ] && ! [ -L "./$f" ]; then set -- "$@" "./$f"; else set -- "$@" /dev/null; fi
    done
    exec cat -- "$@"' | slh_pour "$2" "$3"
}

# What the links of release $1 say that the stream names: each ended by a NUL, as output, empty for what is no link.
slh_do_lend_links() {
  slh_keep_wanted "$1"
  slh_wanted_do "$slh_targets" >"$slh_run/targets" || slh_fail_write "$slh_run/targets"
  slh_pour_file "$slh_run/targets"
}

# The stream first and to its end: as long as it waits for us, the loop cannot read, and silence is taken for death.
slh_keep_wanted() {
  cat >"$slh_run/wanted" || slh_fail_write "$slh_run/wanted"
  cd "$slh_releases/$1" 2>/dev/null || slh_fail not-whole "Release $1 is not there any more"
}

# Runs shell text $1 on the names, so many at a time that no list of arguments is too long for any shell.
slh_wanted_do() { xargs -0 -n 200 "$slh_shell" -c "$1" sh <"$slh_run/wanted" 2>/dev/null; }

# One process for many links where a program here can do that; else one for each.
# shellcheck disable=SC2016
slh_targets='
  for f do
    shift
    if [ -L "./$f" ]; then set -- "$@" "./$f"; else set -- "$@" ""; fi
  done
  if command -v perl >/dev/null; then
    exec perl -e "for (@ARGV) { my \$t = length ? readlink : undef; print defined \$t ? \$t : q(), qq(\\0) }" -- "$@"
  fi
  for f do
    t=xx
    [ -z "$f" ] || t=$(readlink "$f"; echo x)
    printf "%s\\0" "${t%?x}"
  done'

slh_pour_file() {
  slh_bytes=$(($(wc -c <"$1")))
  slh_pour $((slh_bytes / 1048576)) $((slh_bytes % 1048576)) <"$1"
}

# Standard input as output: $1 pieces of a MiB, and $2 bytes (not one number: some shells count to 2^31). Where there is less, it is filled up,
# so that the conversation keeps its place.
slh_pour() {
  { cat; cat /dev/zero; } 2>/dev/null | {
    slh_left=$1
    while [ "$slh_left" -gt 0 ]; do
      slh_pour_piece 1048576
      slh_left=$((slh_left - 1))
    done
    [ "$2" -eq 0 ] || slh_pour_piece "$2"
  }
}

slh_pour_piece() {
  slh_put "@$slh_token o $1"
  slh_take "$1"
}
