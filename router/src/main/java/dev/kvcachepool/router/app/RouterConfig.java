package dev.kvcachepool.router.app;

import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.engines.EngineSource;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.policy.Policy;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the router was told to do.
 *
 * @param httpPort 0 for any free one
 * @param advertisedAddress where others reach it
 * @param adverts null for a policy that needs no tables
 * @param saltKey the pool's secret, never shown
 * @param endpoints those that flags name
 * @param engines pods that are endpoints, too; null for none
 * @param hashSeed the engines' PYTHONHASHSEED
 * @param rates of endpoints, until they have shown their own
 * @param requestTimeout how long engine or client may be silent
 * @param picker null where no gateway is served
 * @param load how engines' own word on their load is read
 * @param anyPositionBytes memory for the tokens of stored chunks; 0 for none
 * @param tokens how texts become tokens
 * @param fairness how tenants and sessions are told apart
 * @param pins how cache-nodes are spoken to
 * @param engineEvents which engines are listened to, where they say what happens to their own blocks
 * @param cacheEventsTopic of LMCache's cache events; empty for none
 * @param webPage whether people are served a page
 */
record RouterConfig(
        String listenAddress,
        int httpPort,
        String advertisedAddress,
        @Nullable AdvertSource adverts,
        String pool,
        Placement placement,
        String saltKey,
        List<EndpointSpec> endpoints,
        @Nullable EngineSource engines,
        Policy policy,
        String hashSeed,
        PrefillRates rates,
        long maxBodyBytes,
        int maxPromptTokens,
        Duration requestTimeout,
        int maxInFlight,
        @Nullable PickerConfig picker,
        LoadFlags.Config load,
        long anyPositionBytes,
        TokenFlags.Config tokens,
        FairnessFlags.Config fairness,
        PinFlags.Config pins,
        EngineEventsFlags.Config engineEvents,
        String cacheEventsTopic,
        boolean webPage) {

    /** Whether HTTP is served over TLS. */
    boolean isSecure() {
        return pins.tls() != null;
    }

    @Override
    public String toString() {
        return "RouterConfig[pool=" + pool + ", policy=" + policy.id() + ", endpoints=" + endpoints + "]";
    }
}
