package dev.kvcachepool.e2e.kube.http;

import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.view.Discovery;
import dev.kvcachepool.e2e.kube.view.OpenApi;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** All requests that have one answer; watches are elsewhere. */
final class Routes {
    private final Discovery discovery;
    private final OpenApi openApi;
    private final ObjectRoutes objects;

    Routes(ResourceTypes types, ObjectRoutes objects) {
        this.discovery = new Discovery(types);
        this.openApi = new OpenApi(types);
        this.objects = objects;
    }

    Answer answer(ApiRequest request) {
        var path = request.path().replaceAll("/+$", "");
        return switch (path) {
            case "/healthz", "/livez", "/readyz" -> Answer.text("ok");
            case "/version" -> Answer.ok(discovery.version());
            case "/api" -> Answer.ok(discovery.coreVersions());
            case "/apis" -> Answer.ok(discovery.groups());
            case "/openapi/v3" -> Answer.ok(openApi.index());
            case "/openapi/v2" -> openApiVersion2(request);
            default -> deeper(request, path);
        };
    }

    private Answer deeper(ApiRequest request, String path) {
        if (path.startsWith("/openapi/v3/")) {
            return Answer.ok(openApi.document(path.substring("/openapi/v3/".length())));
        }
        var parts = List.of(path.split("/", -1));
        if (path.startsWith("/apis/") && parts.size() <= 4) {
            return Answer.ok(
                    parts.size() == 3
                            ? discovery.group(parts.get(2))
                            : discovery.resources(parts.get(2), parts.get(3)));
        }
        if (path.startsWith("/api/") && parts.size() == 3) {
            return Answer.ok(discovery.resources("", parts.get(2)));
        }
        if (Reviews.about(request)) {
            return Reviews.answer(request);
        }
        return objects.answer(request, RequestPath.parse(path).orElseThrow(ApiFailure::noSuchPath));
    }

    private Answer openApiVersion2(ApiRequest request) {
        return request.accept().contains("protobuf")
                ? new Answer(
                        200,
                        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                        Buffer.buffer(openApi.version2Protobuf()))
                : Answer.ok(openApi.version2());
    }
}
