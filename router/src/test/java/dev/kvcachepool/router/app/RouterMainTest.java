package dev.kvcachepool.router.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.router.engines.EngineSelection;
import dev.kvcachepool.router.engines.PoolReference;
import dev.kvcachepool.router.extproc.Transport;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.tokens.TestTokenizers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterMainTest {
    private static final String ENDPOINT = "--endpoint=a=http://h:1@n0";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void readsFlagsAndEnvironmentFlagsFirst() {
        // Given
        var environment = Map.of(
                "KVP_ENDPOINT", "a=http://h:1@n0;b=http://h:2",
                "KVP_KAFKA", "broker:9092",
                "KVP_MAX_BODY_SIZE", "1Mi",
                "KVP_SALT_KEY", "secret",
                "KVP_POOL", "from-environment");

        // When
        var config = RouterCommand.parse(new String[] {"--pool", "ns/p", "--request-timeout=3s"}, environment);

        // Then
        assertThat(config.endpoints()).extracting("name").containsExactly("a", "b");
        assertThat(config.adverts().clients().bootstrapServers()).isEqualTo("broker:9092");
        assertThat(config.pool()).isEqualTo("ns/p");
        assertThat(config.maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(config.requestTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.advertisedAddress()).isEqualTo("127.0.0.1");
        assertThat(config.toString()).doesNotContain("secret");
    }

    @Test
    void readsWhereTokensComeFrom() {
        // Given
        var files = TestTokenizers.folder("llama3");
        var environment = Map.of(
                "KVP_TOKENIZER", "org/a=" + files + ";b=engine",
                "KVP_TOKENIZER_TIMEOUT", "250ms",
                "KVP_ENDPOINT", "a=http://h:1",
                "KVP_KAFKA", "broker:9092");

        // When
        var tokens = RouterCommand.parse(new String[] {"--tokenizer-threads=3"}, environment)
                .tokens();

        // Then
        assertThat(tokens.sources()).isEqualTo(Map.of("org/a", Optional.of(files), "b", Optional.empty()));
        assertThat(tokens.threads()).isEqualTo(3);
        assertThat(tokens.timeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(tokens.cacheBytes()).isEqualTo(128 << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--http-port=99999      | --http-port        | 99999",
                "--http-port=x          | --http-port        | x",
                "--tokenizer=m          | --tokenizer        | m",
                "--tokenizer=m=/nowhere | --tokenizer        | /nowhere",
                "--tokenizer=m=engine;m=engine | --tokenizer | m",
                "--tokenizer-threads=0  | --tokenizer-threads | 0",
                "--tokenizer-cache=1Ki  | --tokenizer-cache  | 1024",
                "--tokenizer-timeout=1ms | --tokenizer-timeout | 1ms",
                "--pool=a b             | --pool             | a b",
                "--endpoint=a           | --endpoint         | a",
                "--policy=best          | --policy           | best",
                "--prefill-rate=0       | --prefill-rate     | 0",
                "--transfer-read-rate=x | --transfer-read-rate | x",
                "--max-body-size=16MB   | --max-body-size    | 16MB",
                "--max-body-size=1Gi    | --max-body-size    | 1073741824",
                "--max-prompt-tokens=-1 | --max-prompt-tokens | -1",
                "--request-timeout=0s   | --request-timeout  | 0s",
                "--max-in-flight=many   | --max-in-flight    | many",
                "--endpoint=a=http://h:9 | --endpoint        | a",
                "--unknown              | --unknown          | --unknown",
                "--placement=pooled     | --placement        | pooled",
                "--tenant-header=a:b    | --tenant-header    | a:b",
                "--session-header=      | --session-header   | ''",
                "--fairness-queue=0s    | --fairness-queue   | 0s",
                "--local-read-rate=0    | --local-read-rate  | 0",
                "--engine-port=0        | --engine-port      | 0",
                "--engine-port=65536    | --engine-port      | 65536",
                "--engine-selector=     | --engine-selector  | ''",
                "--engine-selector=a=b= | --engine-selector  | a=b=",
                "--engine-selector=a in b | --engine-selector | a in b",
                "--engine-selector=a=b,, | --engine-selector | a=b,,",
                "--engine-namespace=A_b | --engine-namespace | A_b",
                "--advert-partitions=0  | --advert-partitions | 0",
                "--nodes-topic=a b      | --nodes-topic      | a b",
                "--kafka-tls=maybe      | --kafka-tls        | maybe",
                "--kafka-ca-file=/ca    | --kafka-ca-file    | /ca",
                "--kafka-sasl-mechanism=PLAIN | --kafka-sasl-mechanism | PLAIN",
                "--kafka-username=me    | --kafka-username   | me",
                "--engine-metrics-interval=50ms | --engine-metrics-interval | 50ms",
                "--engine-metrics-interval=no | --engine-metrics-interval | no",
                "--engine-events-of-pods=port=0 | --engine-events-of-pods | port is 1 to 65535",
                "--engine-metrics-names=queue=x | --engine-metrics-names | queue=x",
                "--inference-pool=A_b   | --inference-pool   | A_b",
                "--ext-proc-port=x      | --ext-proc-port    | x",
                "--ext-proc-port=0      | --ext-proc-port    | h",
                "--ext-proc-fallbacks=8 | --ext-proc-fallbacks | 8",
                "--ext-proc-max-streams=0 | --ext-proc-max-streams | 0",
                "--ext-proc-self-signed=yes | --ext-proc-self-signed | yes",
                "--ext-proc-tls-cert=/c | --ext-proc-tls-key | missing",
                "--pool-password-file=/nowhere | --pool-password-file | /nowhere",
                "--any-position-memory=1Mi | --any-position-memory | 1Mi",
                "--any-position-memory=1Ti | --any-position-memory | 1Ti",
                "--any-position-memory=off | --any-position-memory | off",
            })
    void badInputIsOneLineThatNamesFlagAndValue(String flag, String named, String value) {
        // When
        var exit = check(ENDPOINT, "--kafka=h:1", flag);

        // Then
        assertThat(exit).isEqualTo(RouterCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8).strip())
                .doesNotContain("\n")
                .contains(named)
                .contains(value);
        assertThat(out.size()).isZero();
    }

    @Test
    void theWayToKafkaIsReadFromTheEnvironment() {
        // Given
        var environment = Map.of(
                "KVP_KAFKA", "broker:9093",
                "KVP_NODES_TOPIC", "n",
                "KVP_BLOCKS_TOPIC", "b",
                "KVP_ADVERT_PARTITIONS", "7",
                "KVP_ADVERT_REPLICATION", "3",
                "KVP_KAFKA_TLS", "true",
                "KVP_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                "KVP_KAFKA_USERNAME", "router",
                "KVP_KAFKA_PASSWORD", "secret");

        // When
        var config = RouterCommand.parse(new String[] {ENDPOINT}, environment);

        // Then
        var source = config.adverts();
        assertThat(source.topics()).isEqualTo(new AdvertTopics("n", "b"));
        assertThat(source.settings()).isEqualTo(new TopicSettings(7, (short) 3));
        assertThat(source.clients().security()).containsEntry("security.protocol", "SASL_SSL");
        assertThat(source + " " + config).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app=vllm",
                "app",
                "!canary",
                "app=vllm,tier in (a,b),!canary",
                "app==vllm, tier notin (a, b) ,x!=y",
                "example.com/app=",
            })
    void selectorsAreTakenAsKubernetesWritesThem(String selector) {
        // When
        var config = parse("--engine-selector=" + selector);

        // Then
        assertThat(config.engines()).isEqualTo(new EngineSelection(selector, "", List.of(8000)));
    }

    @Test
    void anEngineSelectorMayGoWithEndpoints() {
        // When
        var config = parse(ENDPOINT, "--engine-selector=a=b", "--engine-namespace=ns", "--engine-port=9000");

        // Then
        assertThat(config.engines()).isEqualTo(new EngineSelection("a=b", "ns", List.of(9000)));
        assertThat(config.endpoints()).hasSize(1);
    }

    @Test
    void anInferencePoolStandsInForASelector() {
        // When
        var config = parse("--inference-pool=llama", "--engine-namespace=ns");

        // Then
        assertThat(config.engines()).isEqualTo(new PoolReference("llama", "ns"));
        assertThat(check("--kafka=h:1", "--inference-pool=llama", "--engine-selector=a=b"))
                .isEqualTo(RouterCommand.BAD_INPUT);
    }

    @Test
    void withoutEndpointsANamespaceIsNeeded() {
        assertThat(check("--http-port=0", "--policy=least-loaded")).isEqualTo(RouterCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--endpoint", "--engine-selector");
        assertThat(check("--http-port=0", "--policy=least-loaded", "--engine-namespace=ns"))
                .isNull();
        assertThat(parse("--engine-namespace=ns").engines()).isNull();
    }

    @Test
    void gatewaysAreServedWhereAPortIsGiven() {
        // Given
        var endpoint = "--endpoint=a=http://[::1]:8000";

        // When
        var config = parse(endpoint, "--ext-proc-port=9002", "--ext-proc-self-signed=true", "--ext-proc-fallbacks=2");

        // Then
        assertThat(config.picker()).isEqualTo(new PickerConfig(9002, new Transport.SelfSigned(), 16_384, 3, false));
        assertThat(parse(ENDPOINT).picker()).isNull();
    }

    @Test
    void gatewaysHaveAPortOfTheirOwn() {
        assertThat(check("--endpoint=a=http://10.0.0.1:1", "--kafka=h:1", "--http-port=9002", "--ext-proc-port=9002"))
                .isEqualTo(RouterCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--ext-proc-port", "9002", "--http-port");
    }

    @Test
    void placementDecidesHowFastBlocksAreRead() {
        // When
        var local = parse(ENDPOINT);
        var pooled = parse(ENDPOINT, "--placement=Pooled");

        // Then
        assertThat(local.placement()).isEqualTo(Placement.NODE_LOCAL);
        assertThat(local.rates().memoryBytesPerSecond()).isEqualTo(8.0 * (1L << 30));
        assertThat(pooled.placement()).isEqualTo(Placement.POOLED);
        assertThat(parse(ENDPOINT, "--placement=Sidecar").placement()).isEqualTo(Placement.NODE_LOCAL);
        assertThat(pooled.rates().memoryBytesPerSecond()).isEqualTo(2.0 * (1L << 30));
    }

    @Test
    void advertsNeedsABrokerAndOthersDoNot() {
        assertThat(check(ENDPOINT, "--http-port=0")).isEqualTo(RouterCommand.BAD_INPUT);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--kafka");
        assertThat(check(ENDPOINT, "--http-port=0", "--policy=least-loaded")).isNull();
    }

    @Test
    void aPortInUseIsOneLine() throws Exception {
        // Given
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            var exit = check(
                    ENDPOINT,
                    "--policy=round-robin",
                    "--listen-address=127.0.0.1",
                    "--http-port=" + taken.getLocalPort());

            // Then
            assertThat(exit).isEqualTo(RouterMain.FAILED);
            assertThat(err.toString(StandardCharsets.UTF_8).strip())
                    .doesNotContain("\n")
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void helpAndVersionGoToStdout() {
        assertThat(check("--version")).isZero();
        assertThat(check("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("kvcachepool router", "--prefill-rate", "KVP_");
    }

    @Test
    void aPageIsServedUnlessItIsSwitchedOff() {
        assertThat(parse(ENDPOINT).webPage()).isTrue();
        assertThat(parse(ENDPOINT, "--web-page=false").webPage()).isFalse();
        assertThat(RouterCommand.parse(new String[] {ENDPOINT}, Map.of("KVP_KAFKA", "h:1", "KVP_WEB_PAGE", "false"))
                        .webPage())
                .isFalse();
        assertThat(check(ENDPOINT, "--http-port=0", "--web-page=maybe")).isEqualTo(RouterCommand.BAD_INPUT);
    }

    private static RouterConfig parse(String... args) {
        return RouterCommand.parse(args, Map.of("KVP_KAFKA", "h:1"));
    }

    private Integer check(String... args) {
        return RouterMain.check(
                args,
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
