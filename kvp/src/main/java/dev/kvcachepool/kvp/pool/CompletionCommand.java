package dev.kvcachepool.kvp.pool;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubectl kvp completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a script that completes kubectl-kvp and kvp in a shell: source <(kubectl kvp completion bash).",
            "For kubectl kvp itself put kubectl_complete-kvp, which lies beside kubectl-kvp, on the PATH too."
        })
public final class CompletionCommand implements Callable<Integer> {
    private static final String BASH = """
            _kubectl_kvp() {
              local IFS=$'\\n'
              COMPREPLY=($("$1" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:'))
            }
            complete -F _kubectl_kvp kubectl-kvp kvp
            """;

    private static final String ZSH = """
            #compdef kubectl-kvp kvp
            _kubectl_kvp() {
              local -a found
              found=(${(f)"$("$words[1]" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:')"})
              compadd -a found
            }
            compdef _kubectl_kvp kubectl-kvp kvp
            """;

    private static final String FISH = """
            function __kubectl_kvp
              set -l words (commandline -opc) (commandline -ct)
              $words[1] __complete -- $words[2..-1] 2>/dev/null | string match -v ':*'
            end
            complete -c kubectl-kvp -f -a '(__kubectl_kvp)'
            complete -c kvp -f -a '(__kubectl_kvp)'
            """;

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "<shell>", description = "bash, zsh or fish")
    Shell shell = Shell.bash;

    /** As it is given on the command line. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli tells each command what it is");
        }
        spec.commandLine()
                .getOut()
                .print(
                        switch (shell) {
                            case bash -> BASH;
                            case zsh -> ZSH;
                            case fish -> FISH;
                        });
        return 0;
    }
}
