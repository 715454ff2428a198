# shellcheck shell=sh
# Whether tasks will find what they begin with, asked without running any and without writing anything.

# What is asked in the very shell that tasks get, as the very user. Its start-up files may print: only marked lines are ours.
# shellcheck disable=SC2016
slh_probe_text='
slh_tell() { printf "%s\n" "@$slh_t $1"; }
slh_tell "path $PATH"
for slh_c in $(printf "%s\n" "$slh_names"); do
  if command -v "$slh_c" >/dev/null 2>&1; then slh_tell "found $slh_c"; else slh_tell "missing $slh_c"; fi
done
slh_tell probed'

# $1 user or empty, $2 shell text that sets the environment, $3 shell or empty, $4 its options; then the programs to look for.
# Says `found NAME` or `missing NAME` for each, `path PATH`, and at last `probed`; without that the rest, `noise TEXT`, says why not.
slh_do_probe() {
  slh_user=$1
  slh_environment=$2
  slh_wanted_shell=$3
  slh_flags=$4
  shift 4
  slh_said=$(slh_put "$slh_environment
slh_t=$slh_token
slh_names='$*'
$slh_probe_text" | slh_enter slh_plainly "$slh_user" / "$slh_wanted_shell" "$slh_flags" 2>&1 | head -c 65536)
  slh_put "$slh_said" | awk -v mark="@$slh_token " -v tag="@$slh_token a " '
    index($0, mark) == 1 { print tag substr($0, length(mark) + 1); next }
    $0 != "" && said++ < 20 { print tag "noise " $0 }'
}

slh_plainly() { "$@"; }

# Which program would carry out check number $1: by check-ask.sh, which is $4, as user $2, with the environment that shell text $3 sets.
# Says `check-tool NUMBER NAME`, with - where there is none, and then, `check-noise NUMBER TEXT`, what may be the reason.
slh_do_find_check_tool() {
  slh_user=$2
  slh_said=$(slh_put "$3
SLH_CHECK_MARK=@$slh_token
$4" | slh_enter slh_plainly "$slh_user" / '' '' 2>&1 | head -c 4096)
  slh_put "$slh_said" | awk -v mark="@$slh_token " -v tag="@$slh_token a " -v number="$1" '
    index($0, mark) == 1 { name = substr($0, length(mark) + 1); next }
    $0 != "" { noise = $0 }
    END {
      print tag "check-tool " number " " (name == "" ? "-" : name)
      if (name == "" && noise != "") print tag "check-noise " number " " noise
    }'
}
