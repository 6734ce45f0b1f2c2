package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What shells and {@code kubectl_complete-kvp} ask: what the last word could become, a line each; then {@code :4}, which tells
 * kubectl that file names won't do. Names of pools and nodes are asked of the cluster; without one there are none.
 */
@Command(name = "__complete", hidden = true)
public final class CompleteCommand implements Callable<Integer> {
    private static final String NO_FILES = ":4";

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(arity = "0..*", description = "the words so far, the last of them unfinished")
    List<String> words = new ArrayList<>();

    @Override
    public Integer call() {
        var self = spec;
        if (self == null || self.parent() == null) {
            throw new IllegalStateException("a command of its own");
        }
        var out = self.commandLine().getOut();
        candidates(self.parent()).forEach(out::println);
        out.println(NO_FILES);
        return 0;
    }

    private List<String> candidates(CommandSpec root) {
        if (words.isEmpty()) {
            return List.of();
        }
        var word = words.getLast();
        var command = root.subcommands().get(words.getFirst());
        if (words.size() > 1 && command != null && !word.startsWith("-")) {
            var names = names(command.getCommandSpec(), words.subList(1, words.size() - 1));
            if (names != null) {
                return names.stream().filter(name -> name.startsWith(word)).toList();
            }
        }
        var rests = new ArrayList<CharSequence>();
        AutoComplete.complete(
                root, words.toArray(String[]::new), words.size() - 1, word.length(), word.length(), rests);
        return rests.stream()
                .map(rest -> word + rest)
                .filter(candidate -> !candidate.startsWith("__"))
                .sorted()
                .toList();
    }

    /** Names for the next positional word; null where that is something else. */
    private static @Nullable List<String> names(CommandSpec command, List<String> before) {
        var positional = new ArrayList<String>();
        OptionSpec open = null;
        for (var word : before) {
            if (open != null) {
                open = null;
            } else if (word.startsWith("-")) {
                var option = command.findOption(word);
                open = option != null && option.arity().max() > 0 ? option : null;
            } else {
                positional.add(word);
            }
        }
        var parameters = command.positionalParameters();
        if (open != null || positional.size() >= parameters.size()) {
            return null;
        }
        return switch (parameters.get(positional.size()).paramLabel()) {
            case "<pool>" -> ask(before, CompleteCommand::pools);
            case "<node>" -> ask(before, api -> nodes(api, positional.getFirst()));
            default -> null;
        };
    }

    private interface Question {
        List<String> of(Api api);
    }

    /** With the namespace and the cluster that the words before say. */
    private static List<String> ask(List<String> before, Question question) {
        var flags = new Flags();
        try {
            new CommandLine(flags).setUnmatchedArgumentsAllowed(true).parseArgs(before.toArray(String[]::new));
            return question.of(flags.cluster.open());
        } catch (CommandLine.ParameterException | ClusterException e) {
            return List.of();
        }
    }

    @Command
    private static final class Flags {
        @CommandLine.Mixin
        Cluster cluster = new Cluster();
    }

    private static List<String> pools(Api api) {
        return api.pools(false).stream().map(CompleteCommand::name).sorted().toList();
    }

    private static String name(JsonNode pool) {
        return pool.at("/metadata/name").asText();
    }

    private static List<String> nodes(Api api, String pool) {
        return api.nodes(api.pool(pool)).stream().map(CacheNode::name).sorted().toList();
    }
}
