package dev.kvcachepool.bench.eviction;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Made workloads, the same for the same seed: what traces of chats don't have, and a cache meets all the same. */
final class Mixes {
    private static final int REQUESTS = 20_000;
    private static final int PROMPTS = 4000;
    private static final int BLOCKS = 8;
    private static final int SCAN_EVERY = 4;
    private static final int LOOK_UPS_EVERY = 1000;
    private static final int LOOK_UPS = 500;
    private static final double SKEW = 1.0;

    private final Random random;
    private final double[] upTo = new double[PROMPTS];
    private int next = PROMPTS * BLOCKS;

    Mixes(long seed) {
        this.random = new Random(seed);
        double sum = 0;
        for (int i = 0; i < PROMPTS; i++) {
            sum += 1 / Math.pow(i + 1.0, SKEW);
            upTo[i] = sum;
        }
    }

    private int[] popular() {
        double at = random.nextDouble() * upTo[PROMPTS - 1];
        int index = Arrays.binarySearch(upTo, at);
        return prompt(index < 0 ? -index - 1 : index);
    }

    private static int[] prompt(int number) {
        var ids = new int[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            ids[i] = number * BLOCKS + i;
        }
        return ids;
    }

    private int[] once() {
        var ids = new int[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            ids[i] = next++;
        }
        return ids;
    }

    /** Prompts by Zipf's law, each fourth request a prompt that comes once. */
    Workload zipfWithScans() {
        var requests = new ArrayList<int[]>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(i % SCAN_EVERY == 0 ? once() : popular());
        }
        return Workload.of("zipf + scans", requests);
    }

    /** One prompt after the other, again and again: a tenth more than {@code blocks}. */
    Workload loop(int blocks) {
        int prompts = blocks * 11 / 10 / BLOCKS;
        var requests = new ArrayList<int[]>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(prompt(i % prompts));
        }
        return Workload.of("loop of 1.1 x the cache", requests);
    }

    /** Prompts by Zipf's law, and now and then a burst of look-ups, of any prompt with the same chance. */
    Workload zipfWithLookUps() {
        var requests = new ArrayList<int[]>();
        List<Boolean> lookUpOnly = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            boolean burst = i % LOOK_UPS_EVERY < LOOK_UPS;
            requests.add(burst ? prompt(random.nextInt(PROMPTS)) : popular());
            lookUpOnly.add(burst);
        }
        return new Workload("zipf + bursts of EXISTS", requests, lookUpOnly);
    }
}
