# shellcheck shell=sh
# Last part of the runtime: what this shell is to be. The loader evaluates it as the loop; a worker only takes the functions.
if [ "${slh_role-loop}" = loop ]; then
  # shellcheck disable=SC2154 # the loader's variables (host/program.ts)
  slh_token=$slh_t slh_program=$slh_p
  slh_loop
  exit 0
fi
trap slh_worker_stopped "$slh_end"
