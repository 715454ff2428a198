#!/bin/sh
# What vars/symlinkHelper.groovy runs on the agent. All that it is told is in variables. SLH_CI_KEY and SLH_CI_KNOWN: files that Jenkins keeps
# while it runs; SLH_CI_PROGRAM and SLH_CI_OPTIONS: a word for each line.
set -euf
umask 077

fail() { printf '%s\n' "$@" >&2; exit 2; }

# What an earlier job left is not taken for the end of this one.
for name in report.json junit.xml summary.md deploy.env links.json; do rm -f "symlink-helper-report/$name"; done

# What a job left that was killed without a word, as with its agent: nothing else would ever remove it. A day is longer than any deploy.
find "${TMPDIR:-/tmp}/." ! -name . -prune -name 'slh-jenkins-*' -type d -user "$(id -u)" -mtime +0 -exec rm -rf {} + || :

private=$(mktemp -d "${TMPDIR:-/tmp}/slh-jenkins-XXXXXX")
child=
stopped=
trap 'rm -rf "$private"' EXIT
trap 'if [ -n "$child" ]; then kill -TERM "$child" 2> /dev/null || :; else stopped=yes; fi' HUP INT TERM

# A shell that waits for a program in the foreground hears a signal only after it: what cancels the job must reach the program,
# which then returns what is not confirmed.
run() {
  [ -z "$stopped" ] || return 130
  # What Jenkins knows the processes of a build by, to end them: it would end the connections to hosts in the middle. This shell
  # has it still, and passes the signal on.
  (unset JENKINS_SERVER_COOKIE JENKINS_NODE_COOKIE; exec "$@") &
  child=$!
  # Cancelled when there was nobody yet to pass it on to. Twice would mean to leave at once.
  [ -z "$stopped" ] || kill -TERM "$child" 2> /dev/null || :
  code=0
  wait "$child" || code=$?
  while kill -0 "$child" 2> /dev/null; do code=0; wait "$child" || code=$?; done
  child=
  return "$code"
}

# npx ends by what cancels the job and leaves the program running, told of nothing. So it only brings it, and says where it is.
# Of another program it says nothing.
found_by() {
  shift
  case " $*" in
    *' symlink-helper' | *' symlink-helper@'*) ;;
    *) return 0 ;;
  esac
  left=$#
  while [ "$left" -gt 0 ]; do
    word=$1
    shift
    left=$((left - 1))
    case $word in
      symlink-helper) ;;
      symlink-helper@*) set -- "$@" "--package=$word" ;;
      *) set -- "$@" "$word" ;;
    esac
  done
  npx "$@" -c 'command -v symlink-helper'
}

# ssh wants a newline at the end of a key and no carriage returns, and 0600. What holds it stays as it is.
private_copy() { awk '{ sub(/\r$/, ""); print }' < "$1" > "$private/$2"; }

# Whoever takes a key for granted that a network shows him is not protected by it: a person looks once, and no job ever does.
missing_hosts() {
  addresses=$("$@" config "$SLH_CI_ENVIRONMENT" ${SLH_CI_CONFIG:+"--config=$SLH_CI_CONFIG"} --ci none) || exit 2
  printf '%s\n' "There are no host keys: 'knownHosts' names no credentials, or they hold nothing." \
    'Hosts are not trusted at first sight. On a computer and in a network that you trust:' >&2
  printf '%s\n' "$addresses" | awk '
    /^ *host +address/ { hosts = 1; next }
    hosts && NF && !/this machine/ {
      address = $2; port = ""
      sub(/^.*@/, "", address)
      if (match(address, /:[0-9]+$/) && address !~ /^[^[]*:.*:/) { port = " -p " substr(address, RSTART + 1); address = substr(address, 1, RSTART - 1) }
      gsub(/[][]/, "", address)
      print "  ssh-keyscan -t ed25519" port " " address " >> known_hosts"
    }' >&2
  fail 'Compare what you got with what each host says of itself (on it: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub):' \
    '  ssh-keygen -lf known_hosts' \
    "If they are the same, upload known_hosts here, and name the id of it as 'knownHosts':" \
    '  Manage Jenkins > Credentials: Secret file'
}

# What is said here comes first in ssh, before the file that it includes.
write_ssh_config() {
  {
    if [ -n "$SLH_CI_KEY" ]; then
      printf 'IdentityFile "%s"\nIdentitiesOnly yes\nIdentityAgent none\n' "$private/key"
    fi
    if [ -n "$SLH_CI_KNOWN" ]; then
      printf 'UserKnownHostsFile "%s"\nGlobalKnownHostsFile /dev/null\nUpdateHostKeys no\n' "$private/known_hosts"
    fi
    [ -z "$SLH_CI_SSH_CONFIG" ] || printf 'Include "%s"\n' "$PWD/$SLH_CI_SSH_CONFIG"
  } > "$private/ssh_config"
  export SLH_SSH_CONFIG="$private/ssh_config"
}

# "$@" calls the program.
prepare_ssh() {
  [ -z "$SLH_CI_SSH_CONFIG" ] || [ -f "$SLH_CI_SSH_CONFIG" ] || fail "There is no file $SLH_CI_SSH_CONFIG in the workspace."
  if [ -n "$SLH_CI_KEY" ]; then
    private_copy "$SLH_CI_KEY" key
    ssh-keygen -y -P '' -f "$private/key" > /dev/null 2>&1 ||
      fail "What the credentials of 'sshKey' hold is not a private key that ssh can use without asking: it has a passphrase, or is something else."
  fi
  if [ -n "$SLH_CI_KNOWN" ]; then
    [ -s "$SLH_CI_KNOWN" ] || missing_hosts "$@"
    private_copy "$SLH_CI_KNOWN" known_hosts
  fi
  [ -z "$SLH_CI_KEY$SLH_CI_KNOWN$SLH_CI_SSH_CONFIG" ] || write_ssh_config
}

# A word for each line; set -f keeps them from being expanded.
IFS='
'
# shellcheck disable=SC2086
set -- $SLH_CI_PROGRAM
unset IFS
program=
[ "$1" != npx ] || program=$(found_by "$@")
[ -z "$program" ] || set -- "$program"
prepare_ssh "$@"
mkdir -p symlink-helper-report
# Reports are no change of the repository.
echo '*' > symlink-helper-report/.gitignore
set -- "$@" "$SLH_CI_COMMAND" "$SLH_CI_ENVIRONMENT" \
  ${SLH_CI_TO:+"--to=$SLH_CI_TO"} ${SLH_CI_CONFIG:+"--config=$SLH_CI_CONFIG"} ${SLH_CI_HOSTS:+"--hosts=$SLH_CI_HOSTS"} \
  --report=symlink-helper-report/report.json --junit=symlink-helper-report/junit.xml \
  --summary=symlink-helper-report/summary.md --dotenv=symlink-helper-report/deploy.env \
  --links=symlink-helper-report/links.json --ci=jenkins --no-color
IFS='
'
# shellcheck disable=SC2086
set -- "$@" $SLH_CI_OPTIONS
unset IFS
run "$@"
