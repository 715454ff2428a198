import type { CompletionShell } from "./shells.ts";

/**
 * The text that a shell reads so that it completes our command lines. It only hands the words over: what may stand there is said by
 * the program itself, the very one that is being called, so that the script never grows old.
 */
export function completionScript(shell: CompletionShell): string {
  return SCRIPTS[shell];
}

// bash 3.2, which macOS has, knows neither mapfile nor compopt.
const BASH = `# Completions of symlink-helper for bash. In ~/.bashrc: source <(symlink-helper completions bash)
_symlink_helper() {
  local reply first=1
  COMPREPLY=()
  while IFS= read -r reply; do
    if [ "$first" = 1 ] && [ "$reply" = ":files" ]; then
      local word=$2
      [ "$word" = "=" ] && word=
      compopt -o filenames 2>/dev/null
      while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "$word")
      return
    fi
    first=0
    COMPREPLY+=("$reply")
  done < <("\${1/#\\~/$HOME}" __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
}
complete -F _symlink_helper symlink-helper slh
`;

const ZSH = `#compdef symlink-helper slh
# Completions of symlink-helper for zsh. In ~/.zshrc, behind compinit: source <(symlink-helper completions zsh)
_symlink_helper() {
  local line
  local -a before values shown
  before=("\${(@Q)words[2,CURRENT-1]}")
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compset -P '--*='
      _files
      return
    fi
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done < <("\${(Q)words[1]/#\\~/$HOME}" __complete zsh "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)
  (( \${#values} )) && compadd -l -d shown -a values
}
if [[ \${funcstack[1]-} == _symlink_helper ]]; then
  _symlink_helper "$@"
else
  compdef _symlink_helper symlink-helper slh
fi
`;

const FISH = `# Completions of symlink-helper for fish: symlink-helper completions fish > ~/.config/fish/completions/symlink-helper.fish
function __symlink_helper_complete
    set -l before (commandline -opc)
    set -l typed (commandline -ct | string replace -r '^[\\'"]' '' | string replace -ra '\\\\\\\\(.)' '$1')
    set -l answers (command $before[1] __complete fish $before[2..-1] "$typed" 2>/dev/null)
    if test "$answers[1]" = :files
        set -l option (string match -r -- '^--[^=]+=' "$typed")
        set -l file (string replace -r -- '^--[^=]+=' '' "$typed")
        for path in (__fish_complete_path "$file")
            echo "$option$path"
        end
    else
        printf '%s\\n' $answers
    end
end
complete -c symlink-helper -f -a '(__symlink_helper_complete)'
complete -c slh -f -a '(__symlink_helper_complete)'
`;

const SCRIPTS: { readonly [Shell in CompletionShell]: string } = { bash: BASH, zsh: ZSH, fish: FISH };
