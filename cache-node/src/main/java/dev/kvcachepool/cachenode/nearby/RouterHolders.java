package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what by a router's word, for pools whose table is too large for each node to read. Thread-safe.
 *
 * <p>One call asks for all that is wanted at the time: what comes while {@value #MOST_CALLS} are under way goes with the
 * next one. An answer holds for a short while, so that the ranks of a chunk and the GET after an EXISTS ask once. Whoever
 * asks waits {@value #PATIENCE_MILLIS} ms at most; a later answer is still kept for the next one. After some calls in a row
 * that failed or were late, however many waited for each, nobody asks for a while.
 */
public final class RouterHolders implements Holders {
    private static final long PATIENCE_MILLIS = 5;
    private static final int MOST_CALLS = 2;
    /** As many as a router takes at a time. */
    static final int MOST_BLOCKS = 1024;

    private static final int MOST_ANSWERS = 65_536;
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();
    private static final int FAILURES = 3;
    private static final long REST_NANOS = Duration.ofSeconds(1).toNanos();

    private final LocateClient client;
    private final Placement placement;
    private final HolderOrder order;
    private final LocateCounters counters = new LocateCounters();
    private final Map<BlockId, Question> questions = new LinkedHashMap<>();
    private final List<Question> unasked = new ArrayList<>();
    private int calls;
    private int failures;
    private long restUntil = System.nanoTime();

    /**
     * By a router.
     *
     * @param placement knows the nodes that may be asked
     */
    public RouterHolders(LocateClient client, Placement placement) {
        this.client = client;
        this.placement = placement;
        this.order = new HolderOrder(placement.self());
    }

    public LocateCounters counters() {
        return counters;
    }

    /** What a router is asked once: who holds a block. */
    private static final class Question {
        final BlockId block;
        final long askedNanos;
        final CompletableFuture<List<Located>> answer = new CompletableFuture<>();
        /** What asks it; null while it waits for its turn. Guarded by the holders' lock, as is what it points to. */
        @Nullable
        Call call;

        Question(BlockId block, long askedNanos) {
            this.block = block;
            this.askedNanos = askedNanos;
        }
    }

    /** One call of a router, with all that it asks. */
    private static final class Call {
        final List<Question> questions;
        boolean failed;

        Call(List<Question> questions) {
            this.questions = questions;
        }
    }

    /** A row of a block as a router tells it. */
    record Located(HolderId holder, BlockHolding row) {}

    @Override
    public List<List<Member>> of(List<Sought> values, long endNanos) {
        long now = System.nanoTime();
        long end = Math.min(endNanos, now + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS));
        var asked = values.stream().map(value -> ask(value.block(), now)).toList();
        callIfDue();
        var late = new ArrayList<Question>();
        var members = new ArrayList<List<Member>>(values.size());
        for (int i = 0; i < values.size(); i++) {
            var located = await(asked.get(i), end);
            if (located == null) {
                late.add(asked.get(i));
            }
            members.add(located == null ? List.of() : members(values.get(i), located));
        }
        if (!late.isEmpty()) {
            counters.late.increment();
            late(late);
        }
        return members;
    }

    private List<Member> members(Sought value, List<Located> located) {
        var view = placement.view();
        var rows = located.stream().map(Located::row).toList();
        return order.best(value, rows, row -> {
            var member = view.member(located.get(row.slot()).holder());
            return member == null || member.id().equals(placement.self()) ? null : member;
        });
    }

    /** The answer, empty where it failed; null where it has not come. */
    private static @Nullable List<Located> await(Question question, long end) {
        try {
            return question.answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return List.of();
        } catch (TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private synchronized Question ask(BlockId block, long now) {
        var known = questions.get(block);
        if (known != null && now - known.askedNanos < FRESH_NANOS && !known.answer.isCompletedExceptionally()) {
            return known;
        }
        var question = new Question(block, now);
        if (now - restUntil < 0) {
            counters.skipped.increment();
            question.answer.complete(List.of());
            return question;
        }
        questions.remove(block);
        questions.put(block, question);
        forgetOldest();
        unasked.add(question);
        return question;
    }

    private void forgetOldest() {
        var oldest = questions.entrySet().iterator();
        while (questions.size() > MOST_ANSWERS && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }

    private void callIfDue() {
        Call call;
        synchronized (this) {
            if (unasked.isEmpty() || calls == MOST_CALLS) {
                return;
            }
            calls++;
            var due = unasked.subList(0, Math.min(MOST_BLOCKS, unasked.size()));
            call = new Call(List.copyOf(due));
            call.questions.forEach(question -> question.call = call);
            due.clear();
        }
        var blocks = call.questions.stream().map(question -> question.block).toList();
        var _ = client.locate(blocks).whenComplete((answers, failure) -> answered(call, answers, failure));
    }

    private void answered(Call call, @Nullable List<List<Located>> answers, @Nullable Throwable failure) {
        var batch = call.questions;
        synchronized (this) {
            calls--;
            failures = answers == null ? failures : 0;
        }
        if (answers != null) {
            counters.answered.increment();
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).answer.complete(answers.get(i));
            }
        } else {
            counters.failed.increment();
            failed(call);
            batch.forEach(question -> question.answer.completeExceptionally(
                    failure == null ? new IllegalStateException("no answer") : failure));
        }
        callIfDue();
    }

    /** Counts the calls that these wait for; what waits for its turn does so for one of those. */
    private synchronized void late(List<Question> questions) {
        for (var question : questions) {
            if (question.call != null && !question.answer.isDone()) {
                failed(question.call);
            }
        }
    }

    /** Once a call: it may be late for many, and fail in the end. */
    private synchronized void failed(Call call) {
        if (call.failed) {
            return;
        }
        call.failed = true;
        if (++failures >= FAILURES) {
            failures = 0;
            restUntil = System.nanoTime() + REST_NANOS;
        }
    }
}
