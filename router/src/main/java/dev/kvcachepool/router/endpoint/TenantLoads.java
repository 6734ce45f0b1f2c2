package dev.kvcachepool.router.endpoint;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How much prefill work of each tenant is under way, and who has more than a fair share of it.
 *
 * <p>As long as some endpoint's queue is short everybody gets what they ask for. Once even the shortest queue is as long as the
 * limit, a tenant with more work under way than an even share of all of it, among those who have any, is refused until others
 * have caught up or the queues are shorter; a tenant with nothing under way never is. So who floods the pool waits for itself,
 * and what others leave is used. Bounded: only tenants with work under way are kept. Thread-safe.
 */
public final class TenantLoads {
    /** Nobody is ever refused. */
    public static final Duration UNLIMITED = Duration.ofDays(365);

    private final long limitNanos;
    private final Map<String, Account> accounts = new HashMap<>();
    private long total;

    private static final class Account {
        private long nanos;
        private int requests;
    }

    /**
     * Loads of nobody.
     *
     * @param limit of the shortest queue, up to which all are let in
     */
    public TenantLoads(Duration limit) {
        this.limitNanos = limit.toNanos();
    }

    /**
     * How long to wait before trying again, in nanoseconds, 0 where the request is let in.
     *
     * @param workNanos what it takes where it would go
     * @param shortestQueue of all that it may go to, in nanoseconds; asked only where it matters
     */
    public synchronized long waitNanos(String tenant, long workNanos, LongSupplier shortestQueue) {
        var account = accounts.get(tenant);
        if (account == null || accounts.size() < 2) {
            return 0;
        }
        long shortestNanos = shortestQueue.getAsLong();
        if (shortestNanos < limitNanos) {
            return 0;
        }
        double share = ((double) total + workNanos) / accounts.size();
        return (double) account.nanos + workNanos <= share ? 0 : Math.max(1, shortestNanos - limitNanos);
    }

    /** Work of a tenant is under way until what is returned is run, once. */
    public synchronized Runnable add(String tenant, long workNanos) {
        var account = accounts.computeIfAbsent(tenant, name -> new Account());
        account.nanos += workNanos;
        account.requests++;
        total += workNanos;
        return () -> remove(tenant, account, workNanos);
    }

    private synchronized void remove(String tenant, Account account, long workNanos) {
        account.nanos -= workNanos;
        total -= workNanos;
        if (--account.requests == 0) {
            accounts.remove(tenant);
        }
    }

    /** Tenants with work under way. */
    public synchronized int tenants() {
        return accounts.size();
    }
}
