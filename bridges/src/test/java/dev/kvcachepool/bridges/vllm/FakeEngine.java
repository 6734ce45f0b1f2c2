package dev.kvcachepool.bridges.vllm;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZFrame;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/** Publishes events as vLLM does, and answers what was missed; one thread owns both sockets. */
final class FakeEngine implements AutoCloseable {
    private static final int KEPT = 100;

    private final LinkedBlockingQueue<Runnable> orders = new LinkedBlockingQueue<>();
    private final Deque<Map.Entry<Long, byte[]>> sent = new ArrayDeque<>();
    private final CountDownLatch bound = new CountDownLatch(1);
    private final Thread thread;
    private volatile String events;
    private volatile String replay;
    private volatile boolean closed;
    private ZMQ.@Nullable Socket publisher;
    private long sequence;

    /** At addresses with a port each, or {@code tcp://127.0.0.1:*}. */
    FakeEngine(String events, String replay) throws InterruptedException {
        this.events = events;
        this.replay = replay;
        this.thread = Thread.ofPlatform().daemon().start(this::run);
        bound.await();
    }

    static FakeEngine anywhere() throws InterruptedException {
        return new FakeEngine("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
    }

    String events() {
        return events;
    }

    String replay() {
        return replay;
    }

    EngineAddress address(boolean withReplay) {
        return EngineAddress.parse("engine=" + events + (withReplay ? ",replay=" + replay : ""));
    }

    private void run() {
        try (var context = new ZContext(1)) {
            var out = context.createSocket(SocketType.PUB);
            var questions = context.createSocket(SocketType.ROUTER);
            out.setLinger(0);
            questions.setLinger(0);
            bind(out, events);
            bind(questions, replay);
            events = out.getLastEndpoint();
            replay = questions.getLastEndpoint();
            questions.setReceiveTimeOut(10);
            publisher = out;
            bound.countDown();
            while (!closed) {
                for (var order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                var question = ZMsg.recvMsg(questions);
                if (question != null) {
                    answer(questions, question);
                }
            }
        }
    }

    private static void bind(ZMQ.Socket socket, String address) {
        if (!socket.bind(address)) {
            throw new IllegalStateException("cannot bind " + address);
        }
    }

    private void answer(ZMQ.Socket questions, ZMsg question) {
        var who = question.pop();
        long start = ByteBuffer.wrap(question.getLast().getData()).getLong();
        sent.stream()
                .filter(message -> message.getKey() >= start)
                .forEach(message -> reply(questions, who, message.getKey(), message.getValue()));
        reply(questions, who, -1, new byte[0]);
    }

    private static void reply(ZMQ.Socket questions, ZFrame who, long number, byte[] message) {
        questions.sendMore(who.getData());
        questions.sendMore(new byte[0]);
        questions.sendMore(bytes(number));
        questions.send(message);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** Says it, and keeps it for those who ask. */
    void publish(byte[] batch) {
        order(() -> {
            keep(sequence, batch);
            send(sequence++, batch);
        });
    }

    /** Says it to nobody: only those who ask get it. */
    void miss(byte[] batch) {
        order(() -> keep(sequence++, batch));
    }

    /** Nobody will get what was sent so far. */
    void forget() {
        order(sent::clear);
    }

    private void order(Runnable order) {
        orders.add(order);
    }

    private void keep(long number, byte[] batch) {
        sent.add(Map.entry(number, batch));
        if (sent.size() > KEPT) {
            sent.removeFirst();
        }
    }

    private void send(long number, byte[] batch) {
        if (publisher != null) {
            publisher.sendMore("kv-events");
            publisher.sendMore(bytes(number));
            publisher.send(batch);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** As a process that ends: its sockets are gone. */
    void stop() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
