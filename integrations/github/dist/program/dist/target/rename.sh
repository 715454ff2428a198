# shellcheck shell=sh
# rename(2), from whatever program of this host really calls it. Never chosen by name or --help: `mv -fT` is rename with GNU and BusyBox
# and refuses with toybox; plain `mv -f` moves the link *into* the old release; BusyBox `ln -sfn` unlinks first. FACTS 1.

slh_rename_by_mv_t() { mv -fT "$1" "$2"; }
slh_rename_by_mv_h() { mv -fh "$1" "$2"; }
slh_rename_by_perl() { perl -e 'rename($ARGV[0], $ARGV[1]) or exit 1' "$1" "$2"; }
slh_rename_by_python3() { python3 -c 'import os, sys; os.rename(sys.argv[1], sys.argv[2])' "$1" "$2"; }

slh_rename() { "slh_rename_by_$slh_renamer" "$1" "$2" 2>/dev/null; }

# Sets slh_renamer to the first that does it on this very file system. $1 a scratch directory of ours beside the real thing.
slh_choose_rename() {
  # In yash the variable of a loop ends with the function it stands in.
  for slh_way in mv_t mv_h perl python3; do
    slh_renamer=$slh_way
    if slh_rename_works "$1"; then return 0; fi
  done
  slh_renamer=
  return 1
}

slh_rename_works() {
  rm -rf "$1"
  mkdir "$1" "$1/a" "$1/b" && ln -s a "$1/cur" && ln -s b "$1/new" || return 1
  slh_rename "$1/new" "$1/cur"
  slh_result=$(readlink "$1/cur" 2>/dev/null)
  if slh_exists "$1/new" || slh_exists "$1/a/new"; then slh_result=; fi
  rm -rf "$1"
  [ "$slh_result" = b ]
}
