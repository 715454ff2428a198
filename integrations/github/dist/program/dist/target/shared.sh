# shellcheck shell=sh
# Single files of shared/, for people: what is there, and reading one. A deploy does none of this.

# Mode, uid, gid, size and time of change of a file, through links; - where stat cannot say.
slh_stat() {
  stat -L -c '%a %u %g %s %Y' "$1" 2>/dev/null || stat -L -f '%Lp %u %g %z %m' "$1" 2>/dev/null || slh_put '- - - - -'
}

# What each of the paths "$@" is, `entry KIND LINKED MODE UID GID SIZE TIME SUM PATH`, what was kept beside it, `before PATH`, and all names
# at the top of shared/, `top NAME`.
slh_do_shared_list() {
  for slh_p in "$@"; do slh_say_shared "$slh_p"; done
  for slh_e in "$slh_shared"/* "$slh_shared"/.[!.]* "$slh_shared"/..?*; do
    if slh_exists "$slh_e"; then slh_say "top $(slh_escape "${slh_e##*/}")"; fi
  done
}

slh_say_shared() {
  slh_path=$slh_shared/$1
  slh_sum_of=-
  slh_linked=no
  [ ! -L "$slh_path" ] || slh_linked=yes
  if [ -f "$slh_path" ]; then
    slh_kind='file'
    slh_sum_of=$(slh_sum 2>/dev/null <"$slh_path") 2>/dev/null
    slh_sum_of=${slh_sum_of%% *}
  elif [ -d "$slh_path" ]; then
    slh_kind=directory
  elif [ -e "$slh_path" ]; then
    slh_kind=other
  elif [ "$slh_linked" = yes ]; then
    slh_kind=dangling
  else
    slh_kind=missing
  fi
  slh_say "entry $slh_kind $slh_linked $(slh_stat "$slh_path") ${slh_sum_of:--} $(slh_escape "$1")"
  for slh_e in "$slh_path".slh-before-*; do
    if slh_exists "$slh_e"; then slh_say "before $(slh_escape "${slh_e#"$slh_shared"/}")"; fi
  done
}

# Sets slh_dir and slh_name for path $1 below shared/. Refused where what exists of the way to it leads out of shared/.
slh_place_shared() {
  slh_name=${1##*/}
  case $1 in */*) slh_dir=$slh_shared/${1%/*} ;; *) slh_dir=$slh_shared ;; esac
  slh_nearest_parent "$slh_dir"
  [ -d "$slh_parent" ] || slh_fail preflight "$slh_parent is in the way: it is not a directory"
  case $slh_parent in "$slh_shared"*) ;; *) return 0 ;; esac
  slh_top_of_shared=$(cd "$slh_shared" && pwd -P && echo x)
  slh_real=$(cd "$slh_parent" && pwd -P && echo x)
  case ${slh_real%"$slh_newline"x}/ in
  "${slh_top_of_shared%"$slh_newline"x}"/*) ;;
  *) slh_fail preflight "$slh_parent leads out of shared/ through a symbolic link. Do that on the host yourself" ;;
  esac
}

# Contents of path $1, where they are no more than $2 bytes: `got KIND SIZE SUM`, then so many bytes as output, in pieces. What becomes shorter
# meanwhile is filled up, so that the conversation keeps its place: the sum tells.
slh_do_shared_get() {
  slh_place_shared "$1"
  slh_path=$slh_dir/$slh_name
  if [ -d "$slh_path" ]; then
    slh_say "got directory 0 -"
    return 0
  elif ! [ -e "$slh_path" ]; then
    slh_say "got missing 0 -"
    return 0
  fi
  { [ -f "$slh_path" ] && [ -r "$slh_path" ]; } || slh_fail preflight "$slh_path cannot be read by user $(id -un)"
  slh_left=$(($(wc -c <"$slh_path")))
  slh_sum_of=$(slh_sum <"$slh_path")
  slh_say "got file $slh_left ${slh_sum_of%% *}"
  [ "$slh_left" -le "$2" ] || return 0
  { cat "$slh_path"; cat /dev/zero; } 2>/dev/null | {
    while [ "$slh_left" -gt 0 ]; do
      slh_piece=262144
      [ "$slh_left" -ge "$slh_piece" ] || slh_piece=$slh_left
      slh_put "@$slh_token o $slh_piece"
      slh_take "$slh_piece"
      slh_left=$((slh_left - slh_piece))
    done
  }
}
