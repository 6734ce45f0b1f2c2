package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.access.Access;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every command, byte for byte, in RESP2 and RESP3. */
class CommandsTest {
    private final RespFixture fixture = new RespFixture(16, RespFixture.settings());
    private RespFixture.Client client;

    @BeforeEach
    void connect() throws IOException {
        client = fixture.connect();
        client.ask("MSET", "a", "1", "b", "22");
        client.ask("SET", "t", "x", "EX", "100");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PING | +PONG; |",
                "KVP.PIN a 60 | :1; |",
                "KVP.PIN none 60 | :0; |",
                "KVP.PIN a 0 | -ERR invalid time in 'kvp.pin' command: 0 seconds are not allowed; allowed are 1 to 31622400; |",
                "KVP.PIN a x | -ERR value is not an integer or out of range; |",
                "KVP.PIN a | -ERR wrong number of arguments for 'kvp.pin' command; |",
                "KVP.UNPIN a | :0; |",
                "KVP.PINBLOCKS 60 0123456789abcdef 00000000000000070000000000000009 | *1;:0; |",
                "KVP.UNPINBLOCKS 0123456789abcdef 00000000000000070000000000000009 00000000000000070000000000000009 | *2;:0;:0; |",
                "KVP.WARMBLOCKS 0123456789abcdef 00000000000000070000000000000009 | *1;:0; |",
                "KVP.PINBLOCKS 0 0123456789abcdef 00000000000000070000000000000009 | -ERR invalid time in 'kvp.pinblocks' command: 0 seconds are not allowed; allowed are 1 to 31622400; |",
                "KVP.PINBLOCKS 60 0123456789abcdeg 00000000000000070000000000000009 | -ERR invalid namespace '0123456789abcdeg': allowed are 16 hex digits; |",
                "KVP.WARMBLOCKS 0123456789abcdef 0123 | -ERR invalid hash '0123': allowed are 32 hex digits; |",
                "KVP.UNPINBLOCKS 0123456789abcdef | -ERR wrong number of arguments for 'kvp.unpinblocks' command; |",
                "ping hi | $2;hi; |",
                "ECHO hi | $2;hi; |",
                "GET a | $1;1; |",
                "GET none | $-1; | _;",
                "MGET a none b | *3;$1;1;$-1;$2;22; | *3;$1;1;_;$2;22;",
                "SET c 3 | +OK; |",
                "SET c 3 PX 5000 | +OK; |",
                "SET c 3 EXAT 99999999999 | +OK; |",
                "SET c 3 PXAT 99999999999 | +OK; |",
                "SET a 3 XX KEEPTTL | +OK; |",
                "SET a 3 NX | $-1; | _;",
                "SET none 3 XX | $-1; | _;",
                "SET a 3 GET | -ERR SET with GET is not supported: use GET before; |",
                "SET a 3 EX 0 | -ERR invalid expire time in 'set' command; |",
                "SET a 3 EX 9223372036854775807 | -ERR invalid expire time in 'set' command; |",
                "SET a 3 EX x | -ERR value is not an integer or out of range; |",
                "SET a 3 EX | -ERR syntax error; |",
                "SET a 3 EX 5 PX 5 | -ERR syntax error; |",
                "SET a 3 NX XX | -ERR syntax error; |",
                "SET a 3 WHAT | -ERR syntax error; |",
                "SET a | -ERR wrong number of arguments for 'set' command; |",
                "MSET c 1 d 2 | +OK; |",
                "MSET c 1 d | -ERR wrong number of arguments for 'mset' command; |",
                "EXISTS a b none a | :3; |",
                "DEL a none | :1; |",
                "UNLINK a b | :2; |",
                "STRLEN b | :2; |",
                "STRLEN none | :0; |",
                "TYPE a | +string; |",
                "TYPE none | +none; |",
                "TTL t | :100; |",
                "PTTL t | :100000; |",
                "TTL a | :-1; |",
                "TTL none | :-2; |",
                "EXPIRE a 10 | :1; |",
                "EXPIRE none 10 | :0; |",
                "EXPIRE a -1 | :1; |",
                "PEXPIRE a 10 | :1; |",
                "PERSIST t | :1; |",
                "PERSIST a | :0; |",
                "DBSIZE | :3; |",
                "SCAN 0 | *2;$1;0;*3;$1;a;$1;b;$1;t; |",
                "SCAN 0 COUNT 2 | *2;$1;2;*2;$1;a;$1;b; |",
                "SCAN 0 MATCH [ab] TYPE string | *2;$1;0;*2;$1;a;$1;b; |",
                "SCAN 0 TYPE hash | *2;$1;0;*0; |",
                "SCAN x | -ERR invalid cursor; |",
                "SCAN 0 COUNT 0 | -ERR syntax error; |",
                "KEYS ? | *3;$1;a;$1;b;$1;t; |",
                "SELECT 0 | +OK; |",
                "SELECT 1 | -ERR DB index is out of range: this server has database 0 only; |",
                "AUTH x | -ERR AUTH called without any password configured for the default user. Are you sure your configuration is correct?; |",
                "CLIENT ID | :1; |",
                "CLIENT GETNAME | $-1; | _;",
                "CLIENT SETNAME me | +OK; |",
                "CLIENT SETINFO LIB-NAME redis-py | +OK; |",
                "CLIENT SETINFO LIB-VER 8.0 | +OK; |",
                "CLIENT NO-EVICT on | +OK; |",
                "CLIENT MAINT_NOTIFICATIONS ON moving-endpoint-type internal-ip | -ERR unknown subcommand 'MAINT_NOTIFICATIONS' of CLIENT; |",
                "CONFIG GET save | *2;$4;save;$0;; | %1;$4;save;$0;;",
                "CONFIG GET maxmemory databases | *4;$9;maxmemory;$8;16777216;$9;databases;$1;1; | %2;$9;maxmemory;$8;16777216;$9;databases;$1;1;",
                "CONFIG GET nothing | *0; | %0;",
                "CONFIG RESETSTAT | +OK; |",
                "CONFIG SET save x | -ERR CONFIG SET is not supported: this node is configured by its flags; |",
                "COMMAND DOCS | *0; | %0;",
                "COMMAND INFO get nope | *2;*6;$3;get;:2;*2;+fast;+readonly;:1;:1;:1;$-1; | *2;*6;$3;get;:2;*2;+fast;+readonly;:1;:1;:1;_;",
                "CLUSTER NODES | -ERR This instance has cluster support disabled; |",
                "FLUSHALL | +OK; |",
                "FLUSHDB ASYNC | +OK; |",
                "RESET | +RESET; |",
                "NOSUCH a b | -ERR unknown command 'nosuch'; |",
                "GET | -ERR wrong number of arguments for 'get' command; |",
                "GET a b | -ERR wrong number of arguments for 'get' command; |",
            })
    void answers(String request, String inTwo, String inThree) throws IOException {
        // Given
        var words = request.split(" ");
        // When
        var reply = client.ask(words);
        // Then
        assertThat(reply.replace("\r\n", ";")).isEqualTo(inTwo);
        try (var fresh = new RespFixture(16, RespFixture.settings());
                var three = fresh.connect()) {
            // Given
            three.ask("HELLO", "3");
            three.ask("MSET", "a", "1", "b", "22");
            three.ask("SET", "t", "x", "EX", "100");
            // When
            var threeReply = three.ask(words);
            // Then
            assertThat(threeReply.replace("\r\n", ";")).isEqualTo(inThree == null ? inTwo : inThree);
        }
    }

    @Test
    void helloAnswersAMap() throws IOException {
        assertThat(client.ask("HELLO", "3", "SETNAME", "me").replace("\r\n", ";"))
                .isEqualTo(
                        "%7;$6;server;$5;redis;$7;version;$5;7.2.0;$5;proto;:3;$2;id;:1;$4;mode;$10;standalone;$4;role;$6;master;$7;modules;*0;");
        assertThat(client.ask("CLIENT", "GETNAME")).isEqualTo("$2\r\nme\r\n");
        assertThat(client.ask("HELLO", "2")).startsWith("*14\r\n$6\r\nserver\r\n");
        assertThat(client.ask("HELLO", "4")).isEqualTo("-NOPROTO unsupported protocol version\r\n");
        assertThat(client.ask("HELLO", "3", "WHAT")).isEqualTo("-ERR Syntax error in HELLO option 'WHAT'\r\n");
    }

    @Test
    void infoSaysThatThisIsAMaster() throws IOException {
        assertThat(client.ask("INFO", "REPLICATION"))
                .isEqualTo("$48\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n");
        client.ask("HELLO", "3");
        assertThat(client.ask("INFO", "replication")).startsWith("=52\r\ntxt:# Replication\r\nrole:master\r\n");
        assertThat(client.ask("INFO"))
                .contains("# Server", "# Clients", "# Memory", "# Stats", "db0:keys=3", "maxmemory:16777216");
    }

    @Test
    void subcommandsMissTheirArguments() throws IOException {
        assertThat(client.ask("CLIENT", "SETINFO"))
                .isEqualTo("-ERR wrong number of arguments for 'client|setinfo' command\r\n");
    }

    @Test
    void clusterSlotsNameThisNodeAlone() throws IOException {
        assertThat(client.ask("CLUSTER", "SLOTS"))
                .isEqualTo("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:" + fixture.server.port() + "\r\n");
        assertThat(client.ask("CLUSTER", "INFO")).contains("cluster_enabled:0", "cluster_state:ok");
    }

    @Test
    void commandsCanBeListed() throws IOException {
        int count = fixture.server.counters().commandNames().size() - 1;
        assertThat(client.ask("COMMAND", "COUNT")).isEqualTo(":" + count + "\r\n");
        assertThat(client.ask("COMMAND")).startsWith("*" + count + "\r\n*6\r\n$3\r\nget\r\n:2\r\n");
        assertThat(client.ask("COMMAND", "LIST")).startsWith("*" + count + "\r\n$3\r\nget\r\n");
        assertThat(fixture.server.counters().commands("command")).isEqualTo(3);
    }

    @Test
    void keysExpireAsTimeGoesBy() throws IOException {
        // When
        fixture.nanos.addAndGet(Duration.ofSeconds(100).toNanos());
        // Then
        assertThat(client.ask("GET", "t")).isEqualTo("$-1\r\n");
    }

    @Test
    void quitAnswersAndCloses() throws IOException {
        client.command("QUIT");
        assertThat(client.receiveAll()).isEqualTo("+OK\r\n");
    }

    @Test
    void linesAreCommandsToo() throws IOException {
        // When
        client.send("\r\nSET q \"a \\x41\\n\"\r\nGET q\r\nSET r 'it''s'\n");
        // Then
        assertThat(client.receive(15)).isEqualTo("+OK\r\n$4\r\na A\n\r\n");
        assertThat(client.receiveAll()).isEqualTo("-ERR Protocol error: unbalanced quotes in request\r\n");
    }

    @Test
    void passwordsAreAskedFor() throws IOException {
        var settings = new RespSettings(
                10, 1 << 20, 4096, 1024, 65536, Duration.ofSeconds(60), Access.password("secret"), "127.0.0.1", "test");
        try (var locked = new RespFixture(4, settings);
                var stranger = locked.connect();
                var large = locked.connect()) {
            // When
            stranger.send("GET a\r\nHELLO 3\r\nAUTH wrong\r\nAUTH secret\r\nGET a\r\nQUIT\r\n");
            large.send("*2\r\n$3\r\nGET\r\n$100000\r\n");
            // Then
            assertThat(stranger.receiveAll().lines())
                    .satisfiesExactly(
                            line -> assertThat(line).isEqualTo("-NOAUTH Authentication required."),
                            line -> assertThat(line).startsWith("-NOAUTH HELLO must be called"),
                            line -> assertThat(line).startsWith("-WRONGPASS invalid username-password pair"),
                            line -> assertThat(line).isEqualTo("+OK"),
                            line -> assertThat(line).isEqualTo("$-1"),
                            line -> assertThat(line).isEqualTo("+OK"));
            assertThat(large.receiveAll()).contains("-ERR Protocol error: unauthenticated bulk length");
        }
    }
}
