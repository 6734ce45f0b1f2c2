package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.access.Access;
import dev.kvcachepool.cachenode.access.AccessFiles;
import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.memory.Backing;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.net.MemoryChannel;
import dev.kvcachepool.cachenode.net.ProtocolCounters;
import dev.kvcachepool.cachenode.net.Wire;
import dev.kvcachepool.cachenode.peer.Greeting;
import dev.kvcachepool.cachenode.pool.Doors;
import dev.kvcachepool.cachenode.pool.Taken;
import dev.kvcachepool.cachenode.resp.Command.Keys;
import dev.kvcachepool.cachenode.resp.Command.Right;
import dev.kvcachepool.cachenode.share.SharedMemory;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.LocalValues;
import dev.kvcachepool.cachenode.store.Steering;
import dev.kvcachepool.cachenode.store.StoreSettings;
import dev.kvcachepool.cachenode.store.ValueSizes;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that a node knows, with all its tiers and peers, as a user of one salt. */
class RightsTest {
    /** What is open to everybody was put here by somebody who thought about it. */
    private static final Set<String> OPEN = Set.of(
            "ping",
            "echo",
            "hello",
            "auth",
            "select",
            "quit",
            "reset",
            "acl",
            "client",
            "info",
            "config",
            "cluster",
            "command",
            "kvp.checksum",
            "kvp.release",
            "kvp.gpurelease");

    private static final Set<String> OWN_KEYS = Set.of("scan", "keys");
    private static final String FOREIGN = UsersTest.key("@b");

    @TempDir
    Path folder;

    private final PagedArena arena = new PagedArena(32 << 20, Backing.files());
    private final BlockStore store = new BlockStore(
            arena,
            new Steering(List.of(), new SaltKey("test")),
            StoreSettings.of(Duration.ofSeconds(30), 1 << 20, Duration.ZERO),
            null,
            null,
            new Gpu(new GpuSettings(2 << 20, 0)));
    private final SharedMemory shared = new SharedMemory(arena, Duration.ofSeconds(60), System::nanoTime);
    private final ProtocolCounters counters = new ProtocolCounters();

    @SuppressWarnings("NullAway.Init") // JUnit calls prepare before each test.
    private Access access;

    @BeforeEach
    void prepare() {
        access = new AccessFiles(
                        folder, "users: [{name: one, passwords: [password-one], salts: [a]}]", "pool-password\n")
                .access();
    }

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void everyCommandIsDeclaredAndHeldTo() throws IOException {
        // Given
        var protocol = protocol();
        var commands = protocol.commands();
        assertThat(commands).extracting(Command::name).contains("kvp.gpulease", "kvp.take", "kvp.mlease", "flushall");
        for (var command : commands) {
            var name = command.name();
            // When
            var words =
                    IntStream.range(0, command.least()).mapToObj(i -> FOREIGN).collect(Collectors.joining(" "));
            var reply = reply(protocol, "AUTH one password-one\r\n" + name + " " + words + "\r\n");
            // Then
            switch (command.right()) {
                case OPEN -> {
                    assertThat(OPEN).as("open to everybody").contains(name);
                    assertThat(command.keys()).as(name).isEqualTo(Keys.NONE);
                    assertThat(reply).as(name).doesNotContain("NOPERM");
                }
                case OWN_KEYS -> assertThat(OWN_KEYS).contains(name);
                case KEYS -> {
                    assertThat(command.keys()).as(name).isNotEqualTo(Keys.NONE);
                    assertThat(reply).as(name).isEqualTo("+OK\r\n-NOPERM No permissions to access a key\r\n");
                }
                case ALL_KEYS, POOL ->
                    assertThat(reply)
                            .as(name)
                            .isEqualTo(
                                    "+OK\r\n-NOPERM User one has no permissions to run the '" + name + "' command\r\n");
            }
        }
        assertThat(store.keys()).isZero();
        assertThat(store.tier().inFlightBytes()).isZero();
    }

    @Test
    void whatNodesAskOneAnotherIsForThePoolsOwnProgramsOnly() throws IOException {
        // Given
        var protocol = protocol();
        for (var command : protocol.commands()) {
            if (command.right() == Right.POOL) {
                var request = command.name() + " x".repeat(command.least()) + "\r\n";
                // Then
                assertThat(reply(protocol, "AUTH kvcachepool pool-password\r\n" + request))
                        .as(command.name())
                        .startsWith("+OK\r\n")
                        .doesNotContain("NOPERM");
            }
        }
    }

    private RespProtocol protocol() {
        return new RespProtocol(
                RespFixture.settings(access),
                store,
                new PeersDoors(),
                new ValueSizes(Map.of()),
                counters,
                6379,
                shared);
    }

    private String reply(RespProtocol protocol, String request) throws IOException {
        var channel = new MemoryChannel(request.getBytes(StandardCharsets.ISO_8859_1), 1 << 16);
        protocol.serve(new Wire(channel, counters, Duration.ofSeconds(60), System::nanoTime), 1);
        return new String(channel.output(), StandardCharsets.ISO_8859_1);
    }

    /** Lets peers in, to this node's own. */
    private final class PeersDoors implements Doors {
        private final KeyValues values = new LocalValues(store);

        @Override
        public KeyValues clients() {
            return values;
        }

        @Override
        public @Nullable KeyValues peers(Greeting greeting) {
            return values;
        }

        @Override
        public Taken take(byte[] key, Greeting sender) {
            return Taken.NO;
        }

        @Override
        public boolean knowsPeers() {
            return true;
        }

        @Override
        public void tidy() {
            store.tidy();
        }
    }
}
