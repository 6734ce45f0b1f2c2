package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.service.ext_proc.v3.ExternalProcessorGrpc;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One ext_proc stream as a gateway opens it; answers are taken one by one, or all at once. */
final class FakeGateway implements ClientResponseObserver<ProcessingRequest, ProcessingResponse> {
    final CompletableFuture<Status> ended = new CompletableFuture<>();
    private final LinkedBlockingQueue<ProcessingResponse> answers = new LinkedBlockingQueue<>();
    private final boolean reads;
    private ClientCallStreamObserver<ProcessingRequest> stream;

    private FakeGateway(boolean reads) {
        this.reads = reads;
    }

    static FakeGateway open(Channel channel) {
        return open(channel, true);
    }

    /** One that reads nothing, where not {@code reads}, until {@link #readOn}. */
    static FakeGateway open(Channel channel, boolean reads) {
        var gateway = new FakeGateway(reads);
        var _ = ExternalProcessorGrpc.newStub(channel).process(gateway);
        return gateway;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ProcessingRequest> opened) {
        stream = opened;
        if (!reads) {
            opened.disableAutoRequestWithInitial(0);
        }
    }

    @Override
    public void onNext(ProcessingResponse answer) {
        answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK);
    }

    ProcessingResponse next() throws InterruptedException {
        var answer = answers.poll(10, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("no answer came in 10 s, the stream is " + ended);
        }
        return answer;
    }

    boolean isReady() {
        return stream.isReady();
    }

    void readOn(int messages) {
        stream.request(messages);
    }

    void send(ProcessingRequest message) {
        stream.onNext(message);
    }

    void close() {
        stream.onCompleted();
    }

    void cancel() {
        stream.cancel("the client hung up", null);
    }

    static ProcessingRequest requestHeaders(Map<String, String> headers, boolean end) {
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(http(headers, end))
                .build();
    }

    static ProcessingRequest responseHeaders(Map<String, String> headers, boolean end) {
        return ProcessingRequest.newBuilder()
                .setResponseHeaders(http(headers, end))
                .build();
    }

    static ProcessingRequest requestBody(String text, boolean end) {
        return ProcessingRequest.newBuilder().setRequestBody(bytes(text, end)).build();
    }

    static ProcessingRequest responseBody(String text, boolean end) {
        return ProcessingRequest.newBuilder().setResponseBody(bytes(text, end)).build();
    }

    static ProcessingRequest requestTrailers() {
        return ProcessingRequest.newBuilder()
                .setRequestTrailers(HttpTrailers.getDefaultInstance())
                .build();
    }

    /** {@code message} with metadata of this namespace. */
    static ProcessingRequest with(ProcessingRequest message, String namespace, String key, Value value) {
        var struct = Struct.newBuilder().putFields(key, value).build();
        return message.toBuilder()
                .setMetadataContext(Metadata.newBuilder().putFilterMetadata(namespace, struct))
                .build();
    }

    private static HttpHeaders http(Map<String, String> headers, boolean end) {
        var map = HeaderMap.newBuilder();
        headers.forEach((name, value) ->
                map.addHeaders(HeaderValue.newBuilder().setKey(name).setRawValue(ByteString.copyFromUtf8(value))));
        return HttpHeaders.newBuilder().setHeaders(map).setEndOfStream(end).build();
    }

    private static HttpBody bytes(String text, boolean end) {
        return HttpBody.newBuilder()
                .setBody(ByteString.copyFromUtf8(text))
                .setEndOfStream(end)
                .build();
    }
}
