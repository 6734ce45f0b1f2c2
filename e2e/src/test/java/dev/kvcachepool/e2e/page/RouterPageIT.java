package dev.kvcachepool.e2e.page;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kvcachepool.e2e.Fixture;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The router's page in a real browser, over a pool that serves: what a person sees of it. */
class RouterPageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Dimension DESK = new Dimension(1280, 1128);
    private static final Dimension PHONE = new Dimension(390, 844);
    private static final int REQUESTS = 90;

    private static ServedPool pool;
    private static Chromium chromium;

    @BeforeAll
    static void begin(@TempDir Path profile) throws Exception {
        var programs = Chromium.programs();
        assumeTrue(programs.isPresent(), Chromium.MISSING);
        pool = new ServedPool();
        await().atMost(PATIENCE).untilAsserted(() -> pool.serve(1));
        chromium = Chromium.start(programs.get(), profile.resolve("browser"), DESK);
    }

    @BeforeEach
    void open() {
        chromium.looksLike("light", DESK);
        chromium.driver.get(pool.url().toString());
        var _ = chromium.complaints();
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (pool != null) {
            pool.close();
        }
    }

    private static WebElement at(String css) {
        return chromium.driver.findElement(By.cssSelector(css));
    }

    /** What is seen of each, read between two refreshes of the page: elements found one by one may be gone meanwhile. */
    private static List<String> texts(String css) {
        var texts = (List<?>) chromium.driver.executeScript(
                "return Array.from(document.querySelectorAll(arguments[0]), element => element.innerText.trim())", css);
        return requireNonNull(texts).stream().map(String::valueOf).toList();
    }

    private static String text(String css) {
        return texts(css).getFirst();
    }

    private static void soon(ThrowingRunnable seen) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(seen);
    }

    private static double percent(String css) {
        return Double.parseDouble(text(css).replace(" %", ""));
    }

    @Test
    void showsNodesHitsAndWhatPicksWeighed() throws Exception {
        // Given prompts that come again, as retries and further samples do
        pool.serve(REQUESTS);
        pool.serve(REQUESTS);
        // When the page is there, at the address to which / leads
        soon(() -> assertThat(text("#state")).isEqualTo("ready"));
        // Then
        assertThat(chromium.driver.getCurrentUrl()).isEqualTo(pool.url() + "ui/");
        assertThat(text("#pool")).isEqualTo(pool.name);
        soon(() -> assertThat(texts("#nodes tbody th")).containsExactly("cache-0", "cache-1", "cache-2"));
        assertThat(texts("#nodes tbody td:nth-child(2)")).containsOnly("serving");
        assertThat(texts("#endpoints tbody th")).containsExactly("engine-0", "engine-1", "engine-2");
        soon(() -> assertThat(percent("#hit-lately")).isBetween(20.0, 100.0));
        soon(() -> assertThat(texts("#tiers .tier")).hasSize(2).allMatch(tier -> tier.contains(" of ")));
        soon(() -> assertThat(texts("#adverts dd").get(1)).endsWith("/s"));
        // And of the last picks each candidate, the one that was picked first
        soon(() -> assertThat(texts("#picks tbody tr")).hasSize(32));
        assertThat(texts("#weights tbody th"))
                .hasSize(ServedPool.NODES)
                .containsExactlyInAnyOrderElementsOf(texts("#endpoints tbody th"));
        assertThat(texts("#weights tbody th").getFirst()).isEqualTo(text("#picks tbody tr.chosen td:nth-child(5)"));
        assertThat(chromium.complaints()).isEmpty();
        picture("router-page.png", "light", DESK);
        picture("router-page-dark.png", "dark", DESK);
        picture("router-page-phone.png", "light", PHONE);
    }

    @Test
    void explainsAPromptWithoutSendingIt() throws Exception {
        // Given
        pool.serve(1);
        soon(() -> assertThat(texts("#picks button")).isNotEmpty());
        soon(() -> assertThat(at("#model").getAttribute("value")).isEqualTo(ServedPool.MODEL));
        var picks = pool.picks();
        // When
        at("#tokens").sendKeys("1, two");
        at("#try button").click();
        // Then
        soon(() -> assertThat(text("#try-problem")).startsWith("Give token ids"));
        // When
        at("#tokens").clear();
        at("#tokens").sendKeys(ServedPool.pasted());
        at("#try button").click();
        // Then
        soon(() -> assertThat(text("#try-note")).contains("1,124 tokens: to engine-", "holds 2 of 2 blocks"));
        assertThat(texts("#try-weights tbody th")).hasSize(ServedPool.NODES);
        assertThat(pool.picks()).as("picks that were followed").isEqualTo(picks);
        assertThat(chromium.complaints()).isEmpty();
    }

    /** By keyboard alone: what was chosen and has the focus stays so while the page refreshes. */
    @Test
    void isReachedByKeyboardAndReadToTheBlind() throws Exception {
        // Given
        pool.serve(3);
        soon(() -> assertThat(texts("#picks button")).hasSizeGreaterThan(2));
        // When
        var name = String.valueOf(chromium.driver.executeScript("""
                const second = document.querySelector("#picks tbody tr:nth-child(2) button");
                second.focus();
                return second.innerText;
                """));
        new Actions(chromium.driver).sendKeys(Keys.ENTER).perform();
        // Then
        soon(() -> assertThat(text("#weighed-title")).isEqualTo("What pick " + name + " weighed"));
        // When there are newer ones
        pool.serve(3);
        soon(() -> assertThat(texts("#picks tbody button").indexOf(name)).isGreaterThan(1));
        // Then
        assertThat(text("#picks button:focus")).isEqualTo(name);
        assertThat(text("#weighed-title")).isEqualTo("What pick " + name + " weighed");
        assertThat(text("#picks button[aria-pressed='true']")).isEqualTo(name);
        // And landmarks, headings, names and headers are there
        assertThat(at("html").getAttribute("lang")).isEqualTo("en");
        assertThat(chromium.driver.getTitle()).isEqualTo(pool.name + " – KVCachePool router");
        assertThat(texts("header")).hasSize(1);
        assertThat(texts("main")).hasSize(1);
        assertThat(texts("h1")).hasSize(1);
        assertThat(at("#state").getAriaRole()).isEqualTo("status");
        for (var table : chromium.driver.findElements(By.cssSelector("main table"))) {
            assertThat(table.findElements(By.tagName("caption"))).hasSize(1);
            assertThat(table.findElements(By.cssSelector("thead th:not([scope=col])")))
                    .isEmpty();
            assertThat(table.findElements(By.cssSelector("tbody th:not([scope=row])")))
                    .isEmpty();
        }
        soon(RouterPageIT::everyFieldHasAName);
        assertThat(chromium.complaints()).isEmpty();
    }

    private static void everyFieldHasAName() {
        for (var field : chromium.driver.findElements(By.cssSelector("input, textarea, button, section, .scroll"))) {
            if (!field.isDisplayed()) {
                continue;
            }
            assertThat(field.getAccessibleName())
                    .as(field.getAttribute("outerHTML"))
                    .isNotBlank();
        }
    }

    @Test
    void saysThatTheRouterIsGoneAndComesBackWithIt() throws Exception {
        // Given
        soon(() -> assertThat(texts("#nodes tbody th")).hasSize(ServedPool.NODES));
        // When
        pool.killRouter();
        // Then
        soon(() -> assertThat(text("#state")).isEqualTo("not reachable"));
        assertThat(text("#banner")).startsWith("The router has not answered since");
        assertThat(texts("#nodes tbody th")).hasSize(ServedPool.NODES);
        // When
        pool.restartRouter();
        // Then all is there but what the earlier process counted
        soon(() -> assertThat(text("#state")).isEqualTo("ready"));
        assertThat(at("#banner").isDisplayed()).isFalse();
        soon(() -> assertThat(texts("#nodes tbody td:nth-child(2)")).containsOnly("serving"));
        assertThat(texts("#picks tbody tr")).isEmpty();
        assertThat(text("#weighed-note")).isEqualTo("No pick yet.");
        // When
        pool.serve(1);
        // Then
        soon(() -> assertThat(texts("#picks tbody tr")).isNotEmpty());
        assertThat(chromium.complaints())
                .as("what the browser says of a router that is gone, and nothing else")
                .allMatch(complaint -> complaint.contains("ERR_CONNECTION_REFUSED")
                        || complaint.contains("ERR_EMPTY_RESPONSE")
                        || complaint.contains("ERR_CONNECTION_RESET"));
    }

    @Test
    void isNotThereWhereItIsSwitchedOff() throws Exception {
        // Given
        try (var router = Fixture.router(
                        "--policy", "least-loaded", "--endpoint", "e=http://127.0.0.1:9", "--web-page=false");
                var client = HttpClient.newHttpClient()) {
            var base = URI.create("http://" + router.address("http"));
            for (var path : List.of("/", "/ui/", "/ui/page.js", "/v1/overview", "/v1/endpoints")) {
                // When
                var answer = client.send(
                        HttpRequest.newBuilder(base.resolve(path)).build(), HttpResponse.BodyHandlers.discarding());
                // Then
                assertThat(answer.statusCode()).as(path).isEqualTo(path.equals("/v1/endpoints") ? 200 : 404);
            }
        }
    }

    /** What docs show, for people to copy from {@code target/page} to {@code docs/images} when the page has changed. */
    private static void picture(String file, String colours, Dimension size) throws Exception {
        chromium.looksLike(colours, size);
        var folder = Files.createDirectories(Fixture.ROOT.resolve("e2e/target/page"));
        Files.write(folder.resolve(file), chromium.driver.getScreenshotAs(OutputType.BYTES));
    }
}
