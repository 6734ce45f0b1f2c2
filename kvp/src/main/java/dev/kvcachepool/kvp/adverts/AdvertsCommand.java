package dev.kvcachepool.kvp.adverts;

import picocli.CommandLine.Command;

/** {@code kvp adverts}. */
@Command(
        name = "adverts",
        mixinStandardHelpOptions = true,
        subcommands = {TailCommand.class, DumpCommand.class, LagCommand.class},
        description = "Looks at the advert tables: who holds what.")
public final class AdvertsCommand {}
