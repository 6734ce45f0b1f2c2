package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.access.AccessFiles;
import dev.kvcachepool.cachenode.resp.RespFixture.Client;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users may do, over a socket: two tenants, and one who may use all keys. */
class UsersTest {
    private static final String A = key("@a");
    private static final String A2 = key("@a").replace("ab", "cd");
    private static final String B = key("@b");
    private static final String NO_KEY = "-NOPERM No permissions to access a key\r\n";
    private static final String USERS = """
            users:
            - {name: one, passwords: [password-one], salts: [a]}
            - {name: two, passwords: [password-two], salts: [b, ""]}
            - {name: ops, passwords: [password-ops], allSalts: true}
            """;

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private AccessFiles files;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private RespFixture fixture;

    @BeforeEach
    void start() {
        files = new AccessFiles(folder, USERS, "pool-password\n");
        fixture = new RespFixture(16, RespFixture.settings(files.access()));
    }

    static String key(String salt) {
        return "m@01000100@0@" + "ab".repeat(32) + salt;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private Client connect(String user) throws IOException {
        var client = fixture.connect();
        assertThat(client.ask("AUTH", user, "password-" + user)).isEqualTo("+OK\r\n");
        return client;
    }

    @Test
    void usersSayWhoTheyAre() throws IOException {
        try (var client = fixture.connect()) {
            client.send("GET " + A + "\r\nAUTH password-one\r\nAUTH one password-two\r\nQUIT\r\n");
            assertThat(client.receiveAll().lines())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("-NOAUTH Authentication required."),
                            line -> assertThat(line).startsWith("-WRONGPASS invalid username-password pair"),
                            line -> assertThat(line).startsWith("-WRONGPASS invalid username-password pair"),
                            line -> assertThat(line).isEqualTo("+OK"));
        }
        try (var client = fixture.connect()) {
            client.send("HELLO 3 AUTH one password-one SETNAME x\r\n");
            assertThat(client.upToPong()).startsWith("%7\r\n");
            assertThat(client.ask("ACL", "WHOAMI")).isEqualTo("$3\r\none\r\n");
            assertThat(client.ask("AUTH", "two", "wrong-password")).startsWith("-WRONGPASS");
            assertThat(client.ask("ACL", "WHOAMI")).as("who was in stays").isEqualTo("$3\r\none\r\n");
            assertThat(client.ask("AUTH", "two", "password-two")).isEqualTo("+OK\r\n");
            assertThat(client.ask("ACL", "WHOAMI")).isEqualTo("$3\r\ntwo\r\n");
            assertThat(client.ask("ACL", "SETUSER")).startsWith("-ERR unknown subcommand 'SETUSER' of ACL");
            client.send("RESET\r\nGET " + A + "\r\nQUIT\r\n");
            assertThat(client.receiveAll()).startsWith("+RESET\r\n-NOAUTH Authentication required.");
        }
    }

    @Test
    void keysOfAnotherSaltAreRefusedWhetherTheyAreThereOrNot() throws IOException {
        try (var one = connect("one");
                var two = connect("two")) {
            // Given
            assertThat(one.ask("SET", A, "mine")).isEqualTo("+OK\r\n");
            for (int there = 0; there < 2; there++) {
                // Then
                assertThat(one.ask("GET", B)).isEqualTo(NO_KEY);
                assertThat(one.ask("MGET", A, B)).isEqualTo(NO_KEY);
                assertThat(one.ask("EXISTS", A, B)).isEqualTo(NO_KEY);
                assertThat(one.ask("KVP.MEXISTS", A, B)).isEqualTo(NO_KEY);
                assertThat(one.ask("SET", B, "x".repeat(100_000))).isEqualTo(NO_KEY);
                assertThat(one.ask("DEL", A, B)).isEqualTo(NO_KEY);
                assertThat(one.ask("KVP.PIN", B, "60")).isEqualTo(NO_KEY);
                assertThat(one.ask("GET", "unsalted")).isEqualTo(NO_KEY);
                assertThat(one.ask("GET", A)).as("none of it had an effect").isEqualTo("$4\r\nmine\r\n");
                one.send("MGET " + A + " " + B + "\r\n");
                assertThat(one.upToPong()).isEqualTo(NO_KEY);
                // When
                assertThat(two.ask("SET", B, "theirs")).isEqualTo("+OK\r\n");
            }
            assertThat(two.ask("GET", B)).isEqualTo("$6\r\ntheirs\r\n");
            assertThat(two.ask("GET", "unsalted")).isEqualTo("$-1\r\n");
        }
        assertThat(files.access().counters().keysRefused()).isEqualTo(18);
    }

    @Test
    void ownKeysAreServedAsEver() throws IOException {
        try (var one = connect("one")) {
            // Given a pair of another's among one's own
            assertThat(one.ask("MSET", A, "1", B, "2", A2, "3")).isEqualTo(NO_KEY);
            // Then what came before it is there, it and what follows are not
            assertThat(one.ask("MGET", A, A2)).isEqualTo("*2\r\n$1\r\n1\r\n$-1\r\n");
            assertThat(one.ask("MSET", A, "1", A2, "3")).isEqualTo("+OK\r\n");
            assertThat(one.ask("EXISTS", A, A2, A)).isEqualTo(":3\r\n");
            assertThat(one.ask("KVP.MEXISTS", A, A2)).isEqualTo("*2\r\n:1\r\n:1\r\n");
            assertThat(one.ask("MGET", A, "k".repeat(5000), A2)).startsWith("-ERR key of 5000 bytes, allowed are 4096");
            assertThat(one.ask("DEL", A, A2)).isEqualTo(":2\r\n");
        }
    }

    @Test
    void keysAreListedOfOnesOwnOnly() throws IOException {
        try (var one = connect("one");
                var two = connect("two");
                var ops = connect("ops")) {
            // Given
            one.ask("SET", A, "1");
            two.ask("SET", B, "2");
            two.ask("SET", "plain", "3");
            // Then
            assertThat(one.ask("SCAN", "0", "COUNT", "100"))
                    .contains("*1\r\n", A)
                    .doesNotContain(B, "plain");
            assertThat(one.ask("KEYS", "*")).startsWith("*1\r\n").contains(A);
            assertThat(two.ask("KEYS", "*")).startsWith("*2\r\n").contains(B, "plain");
            assertThat(ops.ask("KEYS", "*")).startsWith("*3\r\n");
            assertThat(ops.ask("DBSIZE")).isEqualTo(":3\r\n");
            assertThat(one.ask("DBSIZE"))
                    .isEqualTo("-NOPERM User one has no permissions to run the 'dbsize' command\r\n");
            assertThat(one.ask("FLUSHALL")).startsWith("-NOPERM User one has no permissions");
            assertThat(one.ask("CONFIG", "RESETSTAT"))
                    .startsWith("-NOPERM User one has no permissions to run the 'config|resetstat'");
            assertThat(one.ask("CONFIG", "GET", "save")).startsWith("*2");
            assertThat(one.ask("INFO")).startsWith("$");
            assertThat(ops.ask("FLUSHALL")).isEqualTo("+OK\r\n");
            assertThat(one.ask("GET", A)).isEqualTo("$-1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000})
    void aUserWhoIsGoneIsToldSoAndClosed(int bytes) throws IOException {
        try (var one = connect("one")) {
            // When
            files.users(USERS.replace("name: one", "name: three"));
            one.command("SET", A, "x".repeat(bytes));
            // Then
            assertThat(one.receiveAll()).isEqualTo("-NOAUTH Authentication required.\r\n");
        }
    }

    @Test
    void saltsThatChangeHoldFromTheNextCommandAndPasswordsThatGoLeaveWhoIsIn() throws IOException {
        try (var one = connect("one")) {
            assertThat(one.ask("GET", B)).isEqualTo(NO_KEY);
            // When
            files.users(USERS.replace("password-one", "password-new").replace("salts: [a]", "salts: [b]"));
            // Then
            assertThat(one.ask("GET", B)).isEqualTo("$-1\r\n");
            assertThat(one.ask("GET", A)).isEqualTo(NO_KEY);
        }
    }
}
