package dev.kvcachepool.cachenode.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.access.UsersAccess;
import dev.kvcachepool.cachenode.lm.LmSettings;
import dev.kvcachepool.cachenode.nearby.CopyPolicy;
import dev.kvcachepool.cachenode.nearby.HolderLookup;
import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.publish.TablePair;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineReaderTest {

    @Test
    void nothingGivenMeansDefaults() {
        // When
        var settings = read(Map.of()).settings();
        // Then
        assertThat(settings.respPort()).isEqualTo(6379);
        assertThat(settings.httpPort()).isEqualTo(9400);
        assertThat(settings.listenAddress()).isEqualTo("0.0.0.0");
        assertThat(settings.advertisedAddress()).isEqualTo("0.0.0.0");
        assertThat(settings.hostSize()).isEqualTo(1L << 30);
        assertThat(settings.kafka()).isNull();
        assertThat(settings.pool()).isEqualTo("default");
        assertThat(settings.models()).isEmpty();
        assertThat(settings.readLease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(25));
        assertThat(settings.drainDelay()).isZero();
        assertThat(settings.tables())
                .isEqualTo(AdvertTables.of(new TablePair(AdvertTopics.ofPool("default"), 4, (short) -1)));
        assertThat(settings.kafkaSecurity()).containsExactly(Map.entry("security.protocol", "PLAINTEXT"));
        assertThat(settings.placement()).isEqualTo(PlacementKind.NODE_LOCAL);
        assertThat(settings.highWatermark()).isEqualTo(99);
        assertThat(settings.lowWatermark()).isEqualTo(98);
        assertThat(settings.ttl()).isZero();
        assertThat(settings.lm()).isNull();
        assertThat(settings.sockets()).isEqualTo(new LocalSockets(null, null, Duration.ofSeconds(60)));
        assertThat(settings.resp().access().newcomer()).isNotNull();
        assertThat(settings.resp().maxConnections()).isEqualTo(2048);
        assertThat(settings.holder().value()).isNotEmpty();
    }

    @Test
    void everyFlagIsAlsoAVariableAndTheFlagWins() {
        // When
        var settings = read(
                        Map.of(
                                "KVP_HOST_SIZE", "2Gi",
                                "KVP_RESP_PORT", "7000",
                                "KVP_MODEL",
                                        "name=a,chunk-tokens=256,scheme=lmcache-blake3;"
                                                + "name=b,chunk-tokens=16,scheme=vllm-sha256-cbor,groups=0+2",
                                "KVP_KAFKA", "one:9092,two:9092",
                                "KVP_RESP_PASSWORD", "secret"),
                        "--resp-port",
                        "7001")
                .settings();
        // Then
        assertThat(settings.hostSize()).isEqualTo(2L << 30);
        assertThat(settings.respPort()).isEqualTo(7001);
        assertThat(settings.models()).extracting("name").containsExactly("a", "b");
        assertThat(settings.models().get(1).requiredGroups()).isEqualTo(List.of(0, 2));
        assertThat(settings.kafka()).isEqualTo("one:9092,two:9092");
        assertThat(settings.resp().access().newcomer()).isNull();
    }

    @Test
    void modelsCanBeRepeated() {
        // When
        var settings = read(
                        Map.of(),
                        "--model",
                        "name=a,chunk-tokens=256,scheme=lmcache-blake3",
                        "--model=name=org/b,chunk-tokens=16,scheme=lmcache-builtin")
                .settings();
        // Then
        assertThat(settings.models()).extracting("name").containsExactly("a", "org/b");
    }

    @ParameterizedTest
    @CsvSource({
        "1Gi, 1073741824",
        "64Mi, 67108864",
        "1.5Gi, 1610612736",
        "8192Ki, 8388608",
        "2G, 2000000000",
        "1T, 1000000000000",
        "500M, 500000000",
        "8000k, 8000000",
        "8388608, 8388608",
    })
    void sizesAreWrittenAsKubernetesWritesThem(String text, long bytes) {
        assertThat(read(Map.of(), "--host-size", text).settings().hostSize()).isEqualTo(bytes);
    }

    @Test
    void nodesThatReadFromOneAnotherAreToldHow() {
        // Given
        var least = new String[] {"--kafka=broker:9092", "--peers=true"};
        var environment = Map.of(
                "KVP_KAFKA", "broker:9092",
                "KVP_PLACEMENT", "Sidecar",
                "KVP_PEERS", "true",
                "KVP_PEER_COPIES", "never",
                "KVP_PEER_TIMEOUT", "20ms",
                "KVP_PEER_LOOKUP", "router",
                "KVP_ROUTER_URL", "http://pool-router.ns.svc:8080");
        // When
        var defaults = read(Map.of(), least).settings().peering();
        var told = read(environment).settings();
        var late = read(Map.of(), "--kafka=broker:9092", "--peers=true", "--peer-timeout=6s");
        var pooled = read(Map.of(), "--kafka=broker:9092", "--peers=true", "--placement=Pooled");
        var nobody = read(Map.of(), "--kafka=broker:9092", "--peers=true", "--peer-lookup=router");
        // Then
        assertThat(defaults)
                .isEqualTo(new PeeringSettings(Duration.ofMillis(50), CopyPolicy.SECOND_USE, HolderLookup.AUTO, null));
        assertThat(told.placement()).isEqualTo(PlacementKind.SIDECAR);
        assertThat(told.isPooled()).isFalse();
        assertThat(told.peering())
                .isEqualTo(new PeeringSettings(
                        Duration.ofMillis(20),
                        CopyPolicy.NEVER,
                        HolderLookup.ROUTER,
                        URI.create("http://pool-router.ns.svc:8080")));
        assertThat(late.message()).contains("--peer-timeout", "'6000ms' is not allowed; allowed are 1ms to 5000ms");
        assertThat(pooled.message()).contains("--peers", "not allowed with --placement Pooled");
        assertThat(nobody.message()).contains("--peer-lookup", "'router' needs --router-url");
        assertThat(read(Map.of(), "--kafka=broker:9092").settings().peering()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--resp-port=x | --resp-port | 'x' is not allowed; allowed are 0 to 65535",
                "--resp-port=70000 | --resp-port | allowed are 0 to 65535",
                "--lm-port=65536 | --lm-port | '65536' is not allowed; allowed are 0 to 65535",
                "--http-port=-1 | --http-port | allowed are 0 to 65535",
                "--host-size=12x | --host-size | '12x' is not allowed; allowed are bytes as Kubernetes writes them",
                "--host-size=1Ki | --host-size | 1024 bytes are not allowed; allowed are 4194304 to",
                "--max-value-size=2Gi | --max-value-size | allowed are 1 to 1073741824 bytes",
                "--max-key-size=1 | --max-key-size | allowed are 64 to 65536 bytes",
                "--max-connections=0 | --max-connections | allowed are 1 to 1000000",
                "--placement=pooled | --placement | 'pooled' is not allowed; allowed are Pooled, NodeLocal and Sidecar",
                "--placement=Pooled | --placement | 'Pooled' needs --kafka",
                "--form-path=/f | --form-path | needs --form and --settings-form",
                "--peers=true | --peers | 'true' needs --kafka",
                "--peers=yes | --peers | 'yes' is not allowed; allowed are true and false",
                "--peer-copies=some | --peer-copies | 'some' is not allowed; allowed are never, second-use and always",
                "--peer-timeout=0ms | --peer-timeout | allowed are times above zero",
                "--peer-lookup=ask | --peer-lookup | 'ask' is not allowed; allowed are auto, table and router",
                "--router-url=router:8080 | --router-url | 'router:8080' is not allowed; allowed is an address like http",
                "--router-url=https://router:8080 | --router-url | 'https://router:8080' needs --tls-certificate",
                "--router-url=http://r/x?y | --router-url | 'http://r/x?y' is not allowed",
                "--eviction-policy=LFU | --eviction-policy | 'LFU' is not allowed; allowed are LRU, S3_FIFO, SIEVE",
                "--high-watermark=101 | --high-watermark | '101' is not allowed; allowed are 1 to 100",
                "--low-watermark=99 | --low-watermark | '99' is not allowed; allowed are 1 to 98",
                "--ttl=forever | --ttl | 'forever' is not allowed; allowed are times above zero",
                "--nodes-topic=a/b | --nodes-topic | 'a/b' is not allowed; allowed are at most 249",
                "--next-nodes-topic=a | --next-nodes-topic | 'a' needs --next-blocks-topic",
                "--next-blocks-topic=a | --next-blocks-topic | 'a' needs --next-nodes-topic",
                "--next-advert-partitions=0 | --next-advert-partitions | '0' is not allowed",
                "--advert-replication=0 | --advert-replication | '0' is not allowed; allowed are -1",
                "--kafka-tls=yes | --kafka-tls | 'yes' is not allowed; allowed are true and false",
                "--kafka-sasl-mechanism=GSSAPI | --kafka-sasl-mechanism | allowed are PLAIN, SCRAM-SHA-256",
                "--kafka-sasl-mechanism=PLAIN | --kafka-sasl-mechanism | 'PLAIN' needs --kafka-username",
                "--kafka-ca-file=/nowhere | --kafka-ca-file | '/nowhere' is for TLS",
                "--read-lease=30 | --read-lease | '30' is not allowed; allowed are times above zero like 500ms",
                "--read-lease=0s | --read-lease | allowed are times above zero",
                "--kafka=broker | --kafka | allowed are brokers as host:port",
                "--node-id= | --node-id | holder id has 0 bytes, allowed are 1 to 512",
                "--model=name=a | --model | allowed are name=<model>,chunk-tokens=",
                "--model=name=a,chunk-tokens=0,scheme=lmcache-blake3 | --model | allowed are",
                "--model=name=a@b,chunk-tokens=1,scheme=lmcache-blake3 | --model | allowed are",
                "--model=name=a,chunk-tokens=1,scheme=md5 | --model | lmcache-blake3, vllm-sha256-cbor",
                "--model=name=a,chunk-tokens=1,scheme=lmcache-blake3,groups=x | --model | allowed are",
                "--model=name=a,chunk-tokens=1,scheme=lmcache-blake3,what=x | --model | allowed are",
                "--model=name=a,chunk-tokens=1,scheme=lmcache-blake3,value-bytes=99 | --model | value-bytes=<100 to",
                "--tenant=name=a,salts=/dev/null | --tenant | at least one size",
                "--tenant=name=A,salts=/dev/null,host=1Gi | --tenant | small letters, digits and -",
                "--tenant=name=a,host=1Gi | --tenant | allowed are name=<name>,salts=<file>",
                "--tenant=name=a,salts=/x,host=1Ki | --tenant | of 1Mi to 1Pi",
                "--tenant=name=a,salts=/x,host=much | --tenant | of 1Mi to 1Pi",
                "--tenant=name=a,salts=/nowhere/at/all,disk=1Gi | --tenant | cannot be read",
                "--resp-password-file=/nowhere/at/all | --resp-password-file | cannot be read",
                "--no-such-flag | --no-such-flag | Unknown option",
                "--resp-port | --resp-port | Missing required parameter",
                "stray | stray | Unmatched argument",
            })
    void badInputIsOneLineThatNamesFlagValueAndWhatIsAllowed(String argument, String flag, String message) {
        // When
        var outcome = read(Map.of(), argument);
        // Then
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.message())
                .startsWith("cache-node: ")
                .contains(flag, message)
                .doesNotContain("\n");
    }

    @Test
    void usersNeedThePoolsPasswordAndNoOther(@TempDir Path folder) throws IOException {
        // Given
        var users = "--users-file="
                + Files.writeString(
                        folder.resolve("users"), "users: [{name: a, passwords: [password], allSalts: true}]");
        var pool = "--pool-password-file=" + Files.writeString(folder.resolve("pool"), "password");
        // Then
        assertThat(read(Map.of(), users, pool).settings().resp().access()).isInstanceOf(UsersAccess.class);
        assertThat(read(Map.of(), users).message()).isEqualTo("cache-node: --users-file needs --pool-password-file");
        assertThat(read(Map.of(), pool).message()).isEqualTo("cache-node: --pool-password-file needs --users-file");
        assertThat(read(Map.of("KVP_RESP_PASSWORD", "secret"), users, pool).message())
                .isEqualTo("cache-node: --users-file is not allowed with --resp-password-file or KVP_RESP_PASSWORD:"
                        + " give users, or one password");
        assertThat(read(Map.of(), users, pool, "--lm-port=0").message())
                .isEqualTo("cache-node: Invalid value for option '--lm-port': '0' is not allowed with --users-file, as"
                        + " lm:// tells no users apart");
        assertThat(read(Map.of(), users + "x", pool).message()).contains("--users-file", "cannot be read");
    }

    @Test
    void socketsHaveAPathEachAndPermissions() {
        // When
        var settings = read(Map.of(), "--resp-socket=/run/a", "--memory-socket=/run/b", "--socket-permissions=620")
                .settings();
        // Then
        var permissions = PosixFilePermissions.fromString("rw--w----");
        assertThat(settings.sockets())
                .isEqualTo(new LocalSockets(
                        new SocketPath(Path.of("/run/a"), permissions),
                        new SocketPath(Path.of("/run/b"), permissions),
                        Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--socket-permissions=abc | 'abc' is not allowed; allowed are three octal digits",
                "--memory-socket=/a | '/a' is the --resp-socket; allowed is any other path",
            })
    void badSocketsAreToldLikeBadFlags(String argument, String message) {
        assertThat(read(Map.of(), "--resp-socket=/a", argument).message()).contains(message);
    }

    @Test
    void whereToSayWhatIsHeldNeedsABroker() {
        // When
        var told = read(Map.of("KVP_LMCACHE_EVENTS_SALTS", "true"), "--kafka", "k:9092", "--lmcache-events-topic", "t")
                .settings();
        // Then
        assertThat(told.engineEvents().cacheEventsTopic()).isEqualTo("t");
        assertThat(told.engineEvents().withSalts()).isTrue();
        assertThat(read(Map.of(), "--kafka=k:9092", "--lmcache-events-topic=t", "--lmcache-events-salts", "true")
                        .settings()
                        .engineEvents()
                        .withSalts())
                .isTrue();
        assertThat(read(Map.of()).settings().engineEvents().cacheEventsTopic()).isNull();
        assertThat(read(Map.of(), "--lmcache-events-topic=t").message())
                .contains("--lmcache-events-topic", "'t' is not allowed without --kafka");
    }

    @Test
    void badVariablesAreToldLikeBadFlags() {
        assertThat(read(Map.of("KVP_READ_LEASE", "soon")).message()).contains("--read-lease", "'soon'");
    }

    @Test
    void theSizeOfAModelsValuesCanBeTold() {
        // When
        var settings = read(
                        Map.of(),
                        "--model=name=org/a,chunk-tokens=256,scheme=lmcache-blake3,value-bytes=33554432",
                        "--model=name=b,chunk-tokens=256,scheme=lmcache-blake3")
                .settings();
        // Then
        assertThat(settings.valueBytes()).isEqualTo(Map.of("org/a", 33_554_432L));
    }

    @Test
    void lmIsServedWhereItIsAskedForWithTheLimitsOfResp() {
        // When
        var settings = read(Map.of("KVP_LM_PORT", "65432"), "--max-value-size=1Mi", "--client-timeout=5s")
                .settings();
        // Then
        assertThat(settings.lm()).isEqualTo(new LmPort(65432, new LmSettings(1 << 20, Duration.ofSeconds(5))));
    }

    @Test
    void aModelIsDeclaredOnce() {
        var model = "name=a,chunk-tokens=256,scheme=lmcache-blake3";
        assertThat(read(Map.of(), "--model", model, "--model", model).message())
                .contains("--model", "'a' is given twice");
    }

    @Test
    void theWayToKafkaComesFromTheEnvironment(@TempDir Path folder) throws IOException {
        // Given
        var authorities = Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----");
        // When
        var settings = read(Map.of(
                        "KVP_KAFKA", "broker:9093",
                        "KVP_NODES_TOPIC", "team.nodes",
                        "KVP_BLOCKS_TOPIC", "team.blocks",
                        "KVP_ADVERT_REPLICATION", "3",
                        "KVP_KAFKA_TLS", "true",
                        "KVP_KAFKA_CA_FILE", authorities.toString(),
                        "KVP_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                        "KVP_KAFKA_USERNAME", "pool",
                        "KVP_KAFKA_PASSWORD", "se\"cr\\et$1",
                        "KVP_PLACEMENT", "Pooled"))
                .settings();
        // Then
        assertThat(settings.tables())
                .isEqualTo(AdvertTables.of(new TablePair(new AdvertTopics("team.nodes", "team.blocks"), 4, (short) 3)));
        assertThat(settings.placement()).isEqualTo(PlacementKind.POOLED);
        assertThat(settings.kafkaSecurity())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.truststore.location", authorities.toString())
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"pool\""
                                + " password=\"se\\\"cr\\\\et$1\";");
        assertThat(settings.toString()).doesNotContain("cr");
    }

    @Test
    void passwordsComeFromAFile(@TempDir Path folder) throws IOException {
        // Given
        var file = Files.writeString(folder.resolve("password"), "secret\n");
        // When
        var outcome = read(Map.of(), "--resp-password-file", file.toString());
        // Then
        assertThat(outcome.settings().resp().access().newcomer()).isNull();
        assertThat(outcome.settings().toString()).doesNotContain("secret\n");
    }

    @Test
    void helpAndVersionAreNoErrors() {
        assertThat(read(Map.of(), "--help").message()).contains("--host-size", "KVP_LIKE_THIS");
        assertThat(read(Map.of(), "--help").exitCode()).isZero();
        assertThat(read(Map.of(), "--version").message()).startsWith("cache-node ");
    }

    private static CommandLineReader.Outcome read(Map<String, String> environment, String... arguments) {
        return CommandLineReader.read(arguments, environment);
    }
}
