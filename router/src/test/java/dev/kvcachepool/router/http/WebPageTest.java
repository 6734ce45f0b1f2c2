package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebPageTest {
    private static final Pattern IMPORT = Pattern.compile("from \"\\./([a-z.]+)\"");
    private static final Pattern ADDRESS = Pattern.compile("(?:href|src)=\"([^\"]*)\"");

    private final RouterServer router = new RouterServer(
            new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL),
            Duration.ofSeconds(10),
            List.of("e0=http://h:1@n0"));

    @AfterEach
    void stop() {
        router.close();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ui"})
    void leadsToThePageByARelativeAddress(String path) throws Exception {
        var answer = router.get(path);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(header(answer, "location")).isEqualTo("ui/");
    }

    @ParameterizedTest
    @CsvSource({
        "/ui/, text/html; charset=utf-8",
        "/ui/page.css, text/css; charset=utf-8",
        "/ui/page.js, text/javascript; charset=utf-8",
        "/ui/tables.js, text/javascript; charset=utf-8",
        "/ui/words.js, text/javascript; charset=utf-8",
        "/v1/overview, application/json"
    })
    void isServedWithAPolicyThatLetsNothingElseIn(String path, String type) throws Exception {
        var answer = router.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(header(answer, "content-type")).isEqualTo(type);
        assertThat(header(answer, "content-security-policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http", "*");
        assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.body()).isNotBlank();
    }

    @Test
    void needsNobodyElseAndLinksOnlyToWhatIsThere() throws Exception {
        // Given
        var html = router.get("/ui/").body();
        var script = router.get("/ui/page.js").body();
        // Then
        assertThat(ADDRESS.matcher(html).results().map(found -> found.group(1)))
                .hasSizeGreaterThan(5)
                .allMatch(address -> address.startsWith("data:") || address.matches("(\\.\\./)?[a-z0-9/.]+"));
        for (var imported : IMPORT.matcher(script).results().toList()) {
            assertThat(router.get("/ui/" + imported.group(1)).statusCode()).isEqualTo(200);
        }
        for (var file : List.of("/ui/page.css", "/ui/page.js", "/ui/tables.js", "/ui/words.js")) {
            assertThat(router.get(file).body()).as(file).doesNotContain("://", "innerHTML", "eval(", "url(");
        }
        // Under this policy they would do nothing.
        assertThat(html).doesNotContain("style=", "onclick=", "<style");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/other.js", "/ui/../page.js", "/ui/page/index.html", "/ui/%2e%2e/WebPage.class"})
    void hasNoOtherFiles(String path) throws Exception {
        assertThat(router.get(path).statusCode()).isEqualTo(404);
    }
}
