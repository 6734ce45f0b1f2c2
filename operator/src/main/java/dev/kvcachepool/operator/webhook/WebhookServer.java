package dev.kvcachepool.operator.webhook;

import dev.kvcachepool.operator.webhook.Admission.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves reviews over HTTPS, with a certificate that can be replaced while it serves. What a client can take is bounded: bytes of
 * a request, requests and connections at a time, how long one may be silent.
 */
final class WebhookServer {
    /** The API server's own limit of an object is less. */
    static final int LONGEST_BODY = 4 << 20;

    private static final int AT_ONCE = 16;
    private static final int MOST_CONNECTIONS = 256;
    private static final int SILENT_SECONDS = 30;
    private static final int LONGEST_CALL_SECONDS = 30;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int TOO_LONG = 413;
    private static final int BUSY = 503;

    private final Vertx vertx;
    private final Function<byte[], Answer> answers;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
    private final WorkerExecutor workers;
    private @Nullable HttpServer server;

    WebhookServer(Vertx vertx, Function<byte[], Answer> answers) {
        this.vertx = vertx;
        this.answers = answers;
        this.workers = vertx.createSharedWorkerExecutor("webhook", AT_ONCE, LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
    }

    /** Listens, or goes on with another certificate; connections that are there keep the old one. */
    synchronized Future<Integer> serve(String address, int port, Credentials credentials) {
        var running = server;
        if (running != null) {
            return running.updateSSLOptions(new SSLOptions().setKeyCertOptions(pem(credentials)))
                    .map(_ -> running.actualPort());
        }
        var options = new HttpServerOptions()
                .setHost(address)
                .setPort(port)
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setKeyCertOptions(pem(credentials))
                .setIdleTimeout(SILENT_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        var created = vertx.createHttpServer(options).connectionHandler(connection -> {
            if (connections.tryAcquire()) {
                connection.closeHandler(_ -> connections.release());
            } else {
                var _ = connection.close();
            }
        });
        return created.requestHandler(this::take).listen().map(listening -> {
            remember(listening);
            return listening.actualPort();
        });
    }

    private synchronized void remember(HttpServer listening) {
        server = listening;
    }

    private static PemKeyCertOptions pem(Credentials credentials) {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(credentials.certificate()))
                .addKeyValue(Buffer.buffer(credentials.key()));
    }

    private void take(HttpServerRequest request) {
        if (!Registration.PATH.equals(request.path())) {
            refuse(request, NOT_FOUND, "there is " + Registration.PATH + " only");
        } else if (!request.method().equals(HttpMethod.POST)) {
            refuse(request, NOT_ALLOWED, "send an AdmissionReview by POST");
        } else if (!places.tryAcquire()) {
            refuse(request, BUSY, AT_ONCE + " reviews are under way, no more are taken at a time");
        } else {
            // One that sends a byte now and then would hold a place for ever.
            long deadline = vertx.setTimer(
                    TimeUnit.SECONDS.toMillis(SILENT_SECONDS),
                    _ -> request.connection().close());
            var released = new Once(() -> {
                var _ = vertx.cancelTimer(deadline);
                places.release();
            });
            request.response().closeHandler(_ -> released.run());
            request.response().endHandler(_ -> released.run());
            read(request);
        }
    }

    private void read(HttpServerRequest request) {
        var body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > LONGEST_BODY) {
                request.handler(null);
                request.endHandler(null);
                refuse(request, TOO_LONG, "a review may have " + LONGEST_BODY + " bytes");
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(_ -> {
            var _ = workers.executeBlocking(() -> answers.apply(body.getBytes()), false)
                    .onSuccess(answer -> send(request, answer))
                    .onFailure(_ -> refuse(request, BUSY, "the review failed"));
        });
    }

    private static void send(HttpServerRequest request, Answer answer) {
        var json = answer.status() == OK;
        var _ = request.response()
                .setStatusCode(answer.status())
                .putHeader("content-type", json ? "application/json" : "text/plain; charset=utf-8")
                .end(Buffer.buffer(answer.body()));
    }

    /** The rest of a request that is refused is not read. */
    private static void refuse(HttpServerRequest request, int status, String sentence) {
        if (request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("connection", "close");
        }
        send(request, Answer.refusal(status, sentence));
    }

    synchronized void close() {
        var running = server;
        if (running != null) {
            var _ = running.close();
        }
        var _ = workers.close();
    }
}
