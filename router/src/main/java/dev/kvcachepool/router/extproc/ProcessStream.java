package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.CompletionBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC stream around a {@link PickerExchange}. No thread waits for it: messages come on an event loop, choices on a
 * worker's thread, looks at the clock on a timer's, and this object's lock has them take turns.
 *
 * <p>Backpressure: the next message is asked for only when the last one has been dealt with and all that came of it has
 * been handed to a transport that had room for it. So a stream holds one request's body at most, or one chunk of an answer.
 */
final class ProcessStream implements StreamObserver<ProcessingRequest>, Outlet {
    private static final Logger LOG = Logger.getLogger(ProcessStream.class);

    private final ServerCallStreamObserver<ProcessingResponse> out;
    private final InboundReader reader;
    private final Chooser chooser;
    private final Executor workers;
    private final Consumer<ProcessStream> ended;
    private final PickerExchange exchange;
    private final Deque<Outbound> toSend = new ArrayDeque<>();
    private boolean messageDue = true;
    private boolean completing;
    private boolean closed;

    /**
     * A stream that asks for its first message.
     *
     * @param exchange makes the exchange that sends through this
     * @param ended is run once, when the stream is over
     */
    ProcessStream(
            ServerCallStreamObserver<ProcessingResponse> out,
            InboundReader reader,
            Chooser chooser,
            Executor workers,
            Function<Outlet, PickerExchange> exchange,
            Consumer<ProcessStream> ended) {
        this.out = out;
        this.reader = reader;
        this.chooser = chooser;
        this.workers = workers;
        this.ended = ended;
        this.exchange = exchange.apply(this);
    }

    void start() {
        out.disableAutoRequest();
        out.setOnReadyHandler(() -> turn(() -> {}));
        out.setOnCancelHandler(this::cancelled);
        out.request(1);
    }

    @Override
    public void onNext(ProcessingRequest message) {
        turn(() -> {
            messageDue = false;
            exchange.on(reader.read(message));
        });
    }

    @Override
    public void onError(Throwable failure) {
        cancelled();
    }

    @Override
    public void onCompleted() {
        turn(exchange::closed);
    }

    /** Looks at the clock. */
    void checkTime() {
        turn(exchange::checkTime);
    }

    @Override
    public void send(Outbound message) {
        toSend.add(message);
    }

    @Override
    public void choose(Chooser.Question question) {
        try {
            workers.execute(() -> read(question));
        } catch (RejectedExecutionException e) {
            exchange.refused(tooMany());
        }
    }

    private static BadRequest tooMany() {
        return new BadRequest(429, "picks that wait", "too many", "fewer, try later");
    }

    @Override
    public void complete() {
        completing = true;
    }

    @Override
    public void fail(Failure why, String message) {
        var status = switch (why) {
            case OUT_OF_ORDER -> Status.INVALID_ARGUMENT;
            case SILENCE -> Status.DEADLINE_EXCEEDED;
        };
        close(status.withDescription(message));
    }

    private void read(Chooser.Question question) {
        attempt(() -> {
            var read = chooser.read(question);
            if (read.untokenized() == null) {
                chooseNow(question, read);
            } else {
                var _ = chooser.tokenized(question, read).thenAccept(tokenized -> chooseLater(question, tokenized));
            }
        });
    }

    /** Tokens come on somebody else's thread. */
    private void chooseLater(Chooser.Question question, CompletionBody.Parsed read) {
        try {
            workers.execute(() -> attempt(() -> chooseNow(question, read)));
        } catch (RejectedExecutionException e) {
            turn(() -> exchange.refused(tooMany()));
        }
    }

    private void chooseNow(Chooser.Question question, CompletionBody.Parsed read) throws BadRequest {
        var choice = chooser.choose(question, read);
        turn(() -> exchange.chosen(choice));
    }

    private interface Step {
        void run() throws BadRequest;
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (BadRequest refusal) {
            turn(() -> exchange.refused(refusal));
        } catch (RuntimeException e) {
            LOG.error("a pick for a gateway failed inside the router", e);
            turn(exchange::broken);
        }
    }

    private synchronized void cancelled() {
        exchange.gone();
        toSend.clear();
        over();
    }

    private synchronized void turn(Runnable step) {
        try {
            step.run();
            drain();
        } catch (RuntimeException e) {
            LOG.error("an ext_proc stream failed inside the router", e);
            exchange.gone();
            close(Status.INTERNAL.withDescription("the router failed, see its log"));
        }
    }

    private void drain() {
        while (!closed && out.isReady() && !toSend.isEmpty()) {
            out.onNext(OutboundWriter.write(toSend.remove()));
        }
        if (closed || !toSend.isEmpty()) {
            return;
        }
        exchange.flushed();
        if (completing) {
            close(null);
        } else if (!messageDue && !exchange.isChoosing()) {
            messageDue = true;
            out.request(1);
        }
    }

    private void close(@Nullable Status failure) {
        if (closed) {
            return;
        }
        toSend.clear();
        over();
        if (failure == null) {
            out.onCompleted();
        } else {
            out.onError(failure.asRuntimeException());
        }
    }

    private void over() {
        if (!closed) {
            closed = true;
            ended.accept(this);
        }
    }
}
