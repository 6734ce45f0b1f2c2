package dev.kvcachepool.bench.routing;

/**
 * The simulator's policy {@code ttft}, line by line: least queue and missing blocks, both known exactly and at once; of
 * equals the one with fewest active blocks, then by chance. That it gives the simulator's very figures shows that this
 * world is the simulator's.
 */
final class ExactTtft implements World.Router {
    private final World world;
    private final double rate;
    private final PythonRandom random = new PythonRandom(1);

    ExactTtft(World world, double tokensPerSecond) {
        this.world = world;
        this.rate = tokensPerSecond;
    }

    @Override
    public void arrived(Request request) {
        int best = -1;
        double cost = 0;
        double chance = 0;
        for (int i = 0; i < world.engines().size(); i++) {
            var engine = world.engines().get(i);
            int missing = request.blocks().size() - engine.match(request.blocks());
            double itsCost = engine.queue(world.now()) + (double) missing * World.BLOCK_TOKENS / rate;
            double itsChance = random.random();
            if (best < 0 || isBefore(itsCost, i, itsChance, cost, best, chance)) {
                best = i;
                cost = itsCost;
                chance = itsChance;
            }
        }
        world.send(request, best, (block, added) -> {});
    }

    private boolean isBefore(double cost, int engine, double chance, double otherCost, int other, double otherChance) {
        int byActive = Integer.compare(
                world.engines().get(engine).activeBlocks(),
                world.engines().get(other).activeBlocks());
        return cost != otherCost ? cost < otherCost : byActive != 0 ? byActive < 0 : chance < otherChance;
    }
}
