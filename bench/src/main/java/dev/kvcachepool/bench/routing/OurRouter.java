package dev.kvcachepool.bench.routing;

import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.pick.ChainCache;
import dev.kvcachepool.router.pick.Holdings;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.pick.PoolModels;
import dev.kvcachepool.router.pick.PoolNodes;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.pick.Steering;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.policy.TtftEstimator;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Our router in this world: the real picker over the real tables. All that it learns of engines, adverts, first bytes, ends
 * and metrics, comes {@link #LAG_SECONDS} late; it begins with a wrong prefill rate.
 */
final class OurRouter implements World.Router {
    static final double LAG_SECONDS = .1;
    private static final double REPORT_SECONDS = .1;
    private static final double FIRST_GUESS = 5000;
    private static final long EPOCH_NANOS = 1L << 40;

    private final World world;
    private final DelayedAdverts adverts;
    private final Endpoints endpoints;
    private final Picker picker;
    private boolean reading;

    OurRouter(World world, DelayedAdverts adverts, Policy policy, long seed) {
        this.world = world;
        this.adverts = adverts;
        var specs = IntStream.range(0, world.engines().size())
                .mapToObj(i -> EndpointSpec.parse("e" + i + "=http://engine:1@" + DelayedAdverts.node(i)))
                .toList();
        this.endpoints = new Endpoints(specs, PrefillRates.computing(FIRST_GUESS), this::nanos, new Random(seed));
        var steering = new Steering(
                new PoolModels(adverts.view(), DelayedAdverts.POOL, this::nanos),
                new SaltKey("key"),
                BlockHashers::of,
                new ChainCache(1 << 20));
        this.picker = new Picker(
                endpoints,
                policy,
                // Reading what is held takes no time in the simulator's world.
                new TtftEstimator(),
                steering,
                new Holdings(new PoolNodes(adverts.view(), DelayedAdverts.POOL, Placement.NODE_LOCAL, this::nanos)));
    }

    @Override
    public void arrived(Request request) {
        adverts.beat();
        readMetrics();
        var chain = BlockChain.hashed(
                request.blocks().stream().map(DelayedAdverts::hash).toList());
        var prompt = new Prompt.Hashes(DelayedAdverts.SCHEME, chain);
        var picked = picker.pick(new PickRequest(DelayedAdverts.MODEL, "", prompt, Set.of()), Ending.FIRST_BYTE);
        var name = picked.ranking().ranked().getFirst().endpoint().name();
        send(request, Integer.parseInt(name.substring(1)), Objects.requireNonNull(picked.ticket()));
    }

    private void send(Request request, int engine, Ticket ticket) {
        var service = world.send(request, engine, (block, held) -> adverts.changed(engine, block, held));
        world.at(service.firstByte() + LAG_SECONDS, ticket::firstByte);
        world.at(service.ended() + LAG_SECONDS, ticket::complete);
    }

    /** Engines' metrics are read every so often as long as there is work, and are late by then. */
    private void readMetrics() {
        if (!reading) {
            reading = true;
            readNext();
        }
    }

    private void readNext() {
        double next = (Math.floor(world.now() / REPORT_SECONDS + 1e-6) + 1) * REPORT_SECONDS;
        world.at(next, () -> {
            boolean idle = true;
            for (int i = 0; i < world.engines().size(); i++) {
                double then = next - LAG_SECONDS;
                var report = world.engines().get(i).report(then, nanos(then));
                endpoints.all().get(i).report(report);
                idle &= report.waiting() + report.running() == 0;
            }
            reading = !idle;
            if (reading) {
                readNext();
            }
        });
    }

    private long nanos() {
        return nanos(world.now());
    }

    private static long nanos(double seconds) {
        return EPOCH_NANOS + (long) (seconds * 1e9);
    }
}
