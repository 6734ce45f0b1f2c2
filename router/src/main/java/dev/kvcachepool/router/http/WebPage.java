package dev.kvcachepool.router.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The router's own web page, at {@code /ui/}, and what it asks for every two seconds, {@code GET /v1/overview}. The page's files
 * are the router's, and it asks nobody else for anything, as the policy that it is sent with has browsers enforce: it works
 * where there is no way out. All its addresses are relative, so that it also works behind {@code kubectl proxy}. Who reaches
 * the port sees it; it shows nothing that other routes do not.
 */
public final class WebPage {
    /** What a browser may load for it, and who may embed it: nobody. Forms are sent by its script only. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final List<File> FILES = List.of(
            File.of("", "index.html", "text/html; charset=utf-8"),
            File.of("page.css", "page.css", "text/css; charset=utf-8"),
            File.of("page.js", "page.js", "text/javascript; charset=utf-8"),
            File.of("tables.js", "tables.js", "text/javascript; charset=utf-8"),
            File.of("words.js", "words.js", "text/javascript; charset=utf-8"));

    private final Overview overview;

    /** The page of {@code pool}. */
    public WebPage(RoutedPool pool) {
        this.overview = new Overview(pool);
    }

    /** Adds its routes. */
    public void mount(Router router) {
        router.get("/").handler(context -> redirect(context, "ui/"));
        // The route without the slash takes both.
        router.get("/ui").handler(context -> {
            if (context.normalizedPath().endsWith("/")) {
                send(context, FILES.getFirst());
            } else {
                redirect(context, "ui/");
            }
        });
        FILES.stream().skip(1).forEach(file -> router.get("/ui/" + file.path).handler(context -> send(context, file)));
        router.get("/v1/overview").handler(this::overview);
    }

    /** Of a large pool it takes milliseconds: not on the event loop, where answers of engines pass. */
    private void overview(RoutingContext context) {
        context.vertx()
                .executeBlocking(() -> Answers.json(overview.now()), false)
                .compose(json -> Answers.send(guarded(context), 200, json))
                .onFailure(failure -> Answers.fail(context.response(), failure));
    }

    private static void redirect(RoutingContext context, String to) {
        var _ = guarded(context).setStatusCode(302).putHeader("location", to).end();
    }

    private static void send(RoutingContext context, File file) {
        var _ = guarded(context).putHeader("content-type", file.type).end(file.content);
    }

    /** Asked for anew each time: a page of the router's last version would not understand this one's answers. */
    private static HttpServerResponse guarded(RoutingContext context) {
        return context.response()
                .putHeader("content-security-policy", CONTENT_SECURITY_POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cache-control", "no-store");
    }

    /**
     * One of its files, read once.
     *
     * @param path below {@code /ui/}
     */
    private record File(String path, Buffer content, String type) {
        static File of(String path, String resource, String type) {
            try (var stream = WebPage.class.getResourceAsStream("page/" + resource)) {
                if (stream == null) {
                    throw new IllegalStateException("the router's archive lacks page/" + resource);
                }
                return new File(path, Buffer.buffer(stream.readAllBytes()), type);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
