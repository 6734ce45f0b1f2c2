package dev.kvcachepool.e2e.page;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Debian's Chromium, without a window. Both programs' paths are given, so that Selenium looks for neither of them anywhere, and
 * downloads nothing.
 */
final class Chromium implements AutoCloseable {
    static final String MISSING =
            "no chromium and chromedriver on the PATH: Debian has them as packages chromium and chromium-driver";

    final ChromeDriver driver;

    /**
     * Where the two programs are.
     *
     * @param driver that is told what the browser shall do
     */
    record Programs(Path browser, Path driver) {}

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Empty where one of them is not installed. */
    static Optional<Programs> programs() {
        return onPath("chromium")
                .flatMap(browser -> onPath("chromedriver").map(driver -> new Programs(browser, driver)));
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts one.
     *
     * @param profile a folder of its own, which is the caller's
     * @param size of what it shows, in CSS pixels
     */
    static Chromium start(Programs programs, Path profile, Dimension size) {
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(programs.driver().toFile())
                .usingAnyFreePort()
                .build();
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(programs.browser().toFile());
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        options.addArguments(
                "--headless",
                // Tests run as root in CI, where Chromium refuses to start with its sandbox. It sees our own page only.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile,
                "--window-size=" + size.getWidth() + "," + size.getHeight());
        return new Chromium(new ChromeDriver(service, options));
    }

    /** What the page, or the browser over it, has complained of since the last call. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Has the page take the system for one of dark or of light colours, and be so large. */
    void looksLike(String colours, Dimension size) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colours))));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", size.getWidth(), "height", size.getHeight(), "deviceScaleFactor", 1, "mobile", false));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
