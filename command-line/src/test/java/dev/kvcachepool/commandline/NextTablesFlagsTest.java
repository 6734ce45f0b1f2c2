package dev.kvcachepool.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.publish.TablePair;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class NextTablesFlagsTest {
    private static final TablePair NOW = new TablePair(AdvertTopics.ofPool("p"), 4, (short) 3);

    @Command(name = "program")
    static final class Program {
        @Mixin
        AdvertFlags adverts = new AdvertFlags();

        @Mixin
        NextTablesFlags next = new NextTablesFlags();
    }

    @Test
    void withoutThemThePoolMovesNowhere() {
        assertThat(tables("--advert-replication=3")).isEqualTo(AdvertTables.of(NOW));
    }

    @Test
    void theNextTopicsHaveTheirOwnPartitions() {
        // When
        var tables = tables(
                "--advert-replication=3",
                "--next-nodes-topic=n2",
                "--next-blocks-topic=b2",
                "--next-advert-partitions=16");
        // Then
        assertThat(tables).isEqualTo(new AdvertTables(NOW, new TablePair(new AdvertTopics("n2", "b2"), 16, (short) 3)));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "--next-nodes-topic=a | --blocks-topic=b | '--next-nodes-topic': 'a' needs --next-blocks-topic",
                "--next-blocks-topic=a | --blocks-topic=b | '--next-blocks-topic': 'a' needs --next-nodes-topic",
                "--next-nodes-topic=a | --next-blocks-topic=a | '--next-blocks-topic': 'a' has a use already",
                "--next-nodes-topic=kvcachepool.default.p.blocks | --next-blocks-topic=a | is a topic of the pool already",
                "--next-nodes-topic=a | --next-blocks-topic=kvcachepool.default.p.nodes | has a use already",
            })
    void topicsThatCannotBeAreRefusedByName(String first, String second, String message) {
        assertThatThrownBy(() -> tables(first, second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static AdvertTables tables(String... flags) {
        var program = new Program();
        new CommandLine(program).parseArgs(flags);
        return program.next.tables(program.adverts, "p");
    }
}
