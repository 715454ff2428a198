#!/bin/sh
# Installs, with apt-get, the programs that the tests call and this machine lacks. Does nothing where all are there.
# Where it may not install, it says what is missing and which tests will be skipped for it. Always exits 0: what
# could not be had shows as skipped tests, not as a failure of this script.
set -u
PATH=$PATH:/usr/sbin:/sbin
export PATH

main() {
  packages=$(missing | cut -d'|' -f2 | sort -u | tr '\n' ' ')
  if [ -z "$packages" ]; then
    echo 'Everything the tests need is here.'
    return
  fi
  echo "Missing: $packages"
  install_packages
  if [ -n "$(missing)" ]; then
    tell_skipped
  fi
}

# command | Debian package | what is skipped without it
needs() {
  cat << 'NEEDS'
git|git|every test with a git source
git-lfs|git-lfs|the tests with contents that Git LFS keeps
ssh|openssh-client|every test with SSH hosts
sshd|openssh-server|every test with SSH hosts
busybox|busybox|the target runtime with BusyBox programs
mksh|mksh|the target runtime under mksh
yash|yash|the target runtime under yash
shellcheck|shellcheck|the lint of the shell files
strace|strace|the tests that watch or break system calls
mkfs.xfs|xfsprogs|the switch on xfs
nginx|nginx|the tests with applications that are served
php-fpm|php-fpm|the tests with PHP applications that are served
rsync|rsync|the GitLab component, which gitlab-ci-local runs
groovy|groovy|the step and the pipeline of Jenkins
java|default-jre-headless|the step and the pipeline of Jenkins
curl|curl|the how-to that tells an error tracker
sudo|sudo|the tests of tasks that run as another user
bash|bash|the completions of bash
zsh|zsh|the completions of zsh
fish|fish|the completions of fish
mandoc|mandoc|the check of the manual page
tmux|tmux|the tests that look at the screen of a terminal
gunicorn|gunicorn|the reload of Gunicorn
puma|puma|the reload of Puma
supervisord|supervisor|the reload by supervisord
ps|procps|the tests that look for processes left behind
ip|iproute2|the tests of networks that are cut
unshare|util-linux|the tests with hosts in namespaces of their own
NEEDS
}

missing() {
  needs | while IFS='|' read -r command package skipped; do
    is_here "$command" || echo "$command|$package|$skipped"
  done
}

# Debian's PHP has its version in the names of its programs: php-fpm8.2.
is_here() {
  if [ "$1" = php-fpm ]; then
    set -- /usr/sbin/php-fpm*
    [ -x "$1" ]
  else
    command -v "$1" > /dev/null
  fi
}

install_packages() {
  if ! command -v apt-get > /dev/null; then
    echo 'There is no apt-get here.'
  elif [ "$(id -u)" = 0 ]; then
    with_apt env
  elif sudo -n true 2> /dev/null; then
    with_apt sudo -n env
  else
    echo 'Installing needs root, or sudo without a password.'
  fi
}

# Installing openssh-server, nginx or php-fpm starts a server unless policy-rc.d forbids it; the tests start their own.
with_apt() {
  policy=/usr/sbin/policy-rc.d
  guard=
  if [ ! -e "$policy" ]; then
    guard=$policy
    printf '#!/bin/sh\nexit 101\n' | "$@" tee "$guard" > /dev/null && "$@" chmod 755 "$guard"
  fi
  "$@" apt-get -o DPkg::Lock::Timeout=300 -q update
  # shellcheck disable=SC2086 # a list of words
  "$@" DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends install $packages
  if [ -n "$guard" ]; then
    "$@" rm -f "$guard"
  fi
}

tell_skipped() {
  echo
  echo '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!'
  echo '!! Not everything will be tested on this machine. Without'
  missing | while IFS='|' read -r command package skipped; do
    echo "!!   $command (package $package) skipped: $skipped"
  done
  echo '!! Type, as root: apt-get install '"$packages"
  echo '!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!'
}

main
