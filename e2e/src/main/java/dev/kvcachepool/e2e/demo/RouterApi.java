package dev.kvcachepool.e2e.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What the demo asks of a running router. */
final class RouterApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    /** An API at {@code host:port}. */
    RouterApi(String address) {
        this.url = "http://" + address;
    }

    String url() {
        return url;
    }

    /** Where gateways ask, {@code host:port}, if the pool has such. */
    String pickerAddress() {
        return URI.create(url).getHost() + ":" + DemoPool.PICKER_PORT;
    }

    boolean isReady() {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Engines that it can pick. */
    int admittedEndpoints() {
        try {
            var count = 0;
            for (var endpoint : index().path("endpoints")) {
                count += endpoint.path("admitted").asBoolean() ? 1 : 0;
            }
            return count;
        } catch (IllegalStateException e) {
            return 0; // it is on its way
        }
    }

    /** Stored at a node → applied in the router, 99th percentile, ms. */
    double advertLagP99Ms() {
        return index().path("stats").path("lagP99Ms").asDouble();
    }

    JsonNode index() {
        try {
            return JSON.readTree(get("/v1/index").body());
        } catch (IOException e) {
            throw new IllegalStateException("the router does not answer: " + e.getMessage(), e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
