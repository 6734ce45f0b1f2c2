# Sourced by the other scripts: sets ROOT, JAVA_HOME (a JDK >= 25) and CACHE (downloads that outlive a clean).
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/kvcachepool"
REQUIRED_JDK=25

jdk_version() {
  [ -x "$1/bin/javac" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

find_jdk() {
  local on_path candidate version
  on_path="$(command -v javac 2>/dev/null || true)"
  [ -n "$on_path" ] && on_path="$(dirname "$(dirname "$(readlink -f "$on_path")")")"
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/java/* /opt/jdk* /usr/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /usr/local/openjdk-*; do
    [ -n "$candidate" ] || continue
    version="$(jdk_version "$candidate")" || continue
    if [ -n "$version" ] && [ "$version" -ge "$REQUIRED_JDK" ]; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

if ! JAVA_HOME="$(find_jdk)"; then
  echo "No JDK >= $REQUIRED_JDK found (looked at JAVA_HOME, the PATH and the usual folders)." >&2
  echo "Install one, for example Temurin $REQUIRED_JDK, or set JAVA_HOME to it." >&2
  exit 1
fi
export JAVA_HOME

# run_program NAME JVM_FLAGS... -- PROGRAM_FLAGS...: replaces this shell by the program with the flags of NAME/jvm.flags,
# started from its ahead-of-time cache where scripts/train-aot has made one. KVP_HEAP bounds its heap, KVP_JAVA_OPTS adds
# JVM flags. With KVP_STAGE the program and the Java runtime are those that scripts/images has laid out in that folder.
run_program() {
  local name="$1" app jvm=("@$ROOT/$1/jvm.flags" ${KVP_HEAP:+"-Xmx$KVP_HEAP"})
  shift
  app="$ROOT/$name/target/quarkus-app"
  if [ -n "${KVP_STAGE:-}" ]; then
    app="$KVP_STAGE/$name"
    JAVA_HOME="$KVP_STAGE/java"
  fi
  if [ ! -f "$app/quarkus-run.jar" ]; then
    echo "$name is not built: run make build" >&2
    exit 1
  fi
  while [ "$1" != -- ]; do
    jvm+=("$1")
    shift
  done
  shift
  if [ -n "${KVP_AOT_OUTPUT:-}" ]; then
    jvm+=("-XX:AOTCacheOutput=$KVP_AOT_OUTPUT" -Xlog:aot=off -Xlog:cds=off)
  elif [ "$app/app.aot" -nt "$app/quarkus-run.jar" ]; then
    jvm+=("-XX:AOTCache=$app/app.aot" -Xlog:aot=off -Xlog:cds=off)
  fi
  # shellcheck disable=SC2086 # several flags in one variable
  exec "$JAVA_HOME/bin/java" "${jvm[@]}" ${KVP_JAVA_OPTS:-} -jar "$app/quarkus-run.jar" "$@"
}
