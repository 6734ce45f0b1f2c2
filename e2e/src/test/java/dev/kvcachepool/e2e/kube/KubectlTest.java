package dev.kvcachepool.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against the API, where there is one on the PATH. */
class KubectlTest {
    private static final String WIDGET = """
            apiVersion: test.example/v1
            kind: Widget
            metadata: {name: w}
            spec: {colour: Red, replicas: 2}
            """;

    @TempDir
    Path folder;

    private final ApiUnderTest under = new ApiUnderTest();

    @BeforeEach
    void needKubectl() throws Exception {
        var found = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "kubectl")));
        assumeTrue(found, "kubectl is not on the PATH: what it does against the in-memory API goes untested");
        under.api.writeKubeconfig(folder);
        under.defineWidgets();
        Files.writeString(folder.resolve("w.yaml"), WIDGET);
    }

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void appliesGetsAndDeletes() throws Exception {
        // When
        var applied = kubectl("apply", "-f", "w.yaml");
        var again = kubectl("apply", "-f", "w.yaml");
        var table = kubectl("get", "wd");
        var yaml = kubectl("get", "widget", "w", "-o", "yaml");
        var deleted = kubectl("delete", "wd", "w");
        // Then
        assertThat(applied).contains("widget.test.example/w created");
        assertThat(again).contains("widget.test.example/w unchanged");
        assertThat(table).containsPattern("NAME +READY +REPLICAS +AGE").containsPattern("w +2 +\\d+s");
        assertThat(yaml).contains("colour: Red").contains("high: 90");
        assertThat(deleted).contains("widget.test.example \"w\" deleted");
        assertThat(under.getWidget("w")).isNull();
    }

    @Test
    void appliesOnTheServerSide() throws Exception {
        // When
        var first = kubectl("apply", "--server-side", "-f", "w.yaml");
        var again = kubectl("apply", "--server-side", "-f", "w.yaml");
        // Then
        assertThat(first).contains("serverside-applied");
        assertThat(again).contains("serverside-applied");
        assertThat(under.api.writes("kubectl")).isEqualTo(1);
    }

    @Test
    void refusesWhatTheSchemaDoesNotKnow() throws Exception {
        // Given
        Files.writeString(folder.resolve("w.yaml"), WIDGET.replace("replicas", "replica"));
        // When
        var refused = kubectl("apply", "-f", "w.yaml");
        // Then
        assertThat(refused).contains("strict decoding error: unknown field \"spec.replica\"");
    }

    @Test
    void scalesEditsAndPatches() throws Exception {
        // Given
        kubectl("apply", "-f", "w.yaml");
        // When
        var scaled = kubectl("scale", "wd/w", "--replicas=5");
        var edited = kubectl("edit", "wd", "w");
        var patched = kubectl("patch", "wd", "w", "--type=merge", "-p", "{\"spec\":{\"name\":\"abc\"}}");
        // Then
        assertThat(scaled).contains("widget.test.example/w scaled");
        assertThat(edited).contains("widget.test.example/w edited");
        assertThat(patched).contains("widget.test.example/w patched");
        var spec = under.getWidget("w");
        assertThat(spec.<Integer>get("spec", "replicas")).isEqualTo(5);
        assertThat(spec.<String>get("spec", "colour")).isEqualTo("Blue");
        assertThat(spec.<String>get("spec", "name")).isEqualTo("abc");
    }

    @Test
    void describesExplainsAndWaits() throws Exception {
        // Given
        kubectl("apply", "-f", "w.yaml");
        // When
        var described = kubectl("describe", "wd", "w");
        var explained = kubectl("explain", "wd.spec");
        var waited = kubectl("wait", "--for=condition=Established", "crd/widgets.test.example", "--timeout=5s");
        var kinds = kubectl("api-resources", "--api-group=test.example");
        var events = kubectl("get", "events");
        // Then
        assertThat(described).contains("Colour:").contains("Events:");
        assertThat(explained).contains("What the widget should be.").containsPattern("colour\\s+<string> -required-");
        assertThat(waited).contains("condition met");
        assertThat(kinds).containsPattern("widgets +wd +test.example/v1 +true +Widget");
        assertThat(events).contains("No resources found");
    }

    @Test
    void watches() throws Exception {
        // Given
        kubectl("apply", "-f", "w.yaml");
        // When
        var watched = kubectl("get", "wd", "-w", "--request-timeout=2s");
        // Then
        assertThat(watched).containsPattern("NAME +READY +REPLICAS +AGE").containsPattern("w +2 +\\d+s");
    }

    @Test
    void mayDoEverything() throws Exception {
        // When
        var allowed = kubectl("auth", "can-i", "create", "pods");
        // Then
        assertThat(allowed.strip()).isEqualTo("yes");
    }

    /** What it prints, to both its outputs. */
    private String kubectl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kubectl", "--cache-dir=" + folder.resolve("cache")));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
        builder.environment().put("KUBE_EDITOR", "sed -i s/Red/Blue/");
        var process = builder.start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
