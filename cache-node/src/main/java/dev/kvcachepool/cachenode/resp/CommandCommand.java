package dev.kvcachepool.cachenode.resp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code COMMAND [COUNT | LIST | DOCS … | INFO … | GETKEYS …]}: what clients ask to know the commands. */
final class CommandCommand {
    private final CommandTable table;

    CommandCommand(CommandTable table) {
        this.table = table;
    }

    void run(Arguments arguments, RespOutput out) throws IOException, RequestException {
        if (!arguments.hasNext()) {
            all(out);
            return;
        }
        var subcommand = arguments.word();
        switch (subcommand) {
            case "COUNT" -> out.integer(table.all().size());
            case "DOCS" -> out.map(0);
            case "LIST" -> {
                out.array(table.all().size());
                for (var name : table.names()) {
                    out.bulk(name);
                }
            }
            case "INFO" -> {
                if (!arguments.hasNext()) {
                    all(out);
                    return;
                }
                out.array(arguments.left());
                while (arguments.hasNext()) {
                    describe(table.find(nameOrEmpty(arguments)), out);
                }
            }
            default ->
                throw new RequestException(
                        "unknown subcommand '" + RespOutput.printable(subcommand, 128) + "' of COMMAND");
        }
    }

    /** The array's head is written: a name too long to be one is as good as unknown. */
    private static String nameOrEmpty(Arguments arguments) throws IOException {
        try {
            return RespOutput.lower(arguments.bytes());
        } catch (RequestException e) {
            return "";
        }
    }

    private void all(RespOutput out) throws IOException {
        out.array(table.all().size());
        for (var command : table.all()) {
            describe(command, out);
        }
    }

    private static void describe(@Nullable Command command, RespOutput out) throws IOException {
        if (command == null) {
            out.nothing();
            return;
        }
        out.array(6);
        out.bulk(command.name());
        out.integer(command.arity());
        out.array(command.flags().size());
        for (var flag : command.flags().stream().sorted().toList()) {
            out.simple(flag);
        }
        out.integer(command.keys().first);
        out.integer(command.keys().last);
        out.integer(command.keys().step);
    }
}
