# Sourced by the scripts that build Go programs.

# require_go WHAT: puts Go on the PATH from the usual folders, or says that it is missing for WHAT.
require_go() {
  local folder
  for folder in /usr/local/go/bin /usr/lib/go/bin "$HOME/go/bin" "$HOME/sdk/go"*/bin; do
    command -v go >/dev/null && return
    [ -x "$folder/go" ] && PATH="$PATH:$folder"
  done
  command -v go >/dev/null && return
  echo "The tests build $1, for which Go >= 1.26 is missing: get it from the Go project's download" >&2
  echo "page and put its bin folder on the PATH." >&2
  return 1
}
