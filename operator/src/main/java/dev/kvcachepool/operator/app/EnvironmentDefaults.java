package dev.kvcachepool.operator.app;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Takes defaults of flags from {@code KVP_…}. */
record EnvironmentDefaults(Map<String, String> variables) implements IDefaultValueProvider {
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option ? variables.get(variable(option.longestName())) : null;
    }

    private static String variable(String flag) {
        return "KVP_" + flag.substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
