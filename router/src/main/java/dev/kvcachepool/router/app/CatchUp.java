package dev.kvcachepool.router.app;

import dev.kvcachepool.router.pick.Picker;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the tables are read, where the policy needs them. */
@Readiness
@Singleton
final class CatchUp implements HealthCheck {
    private final Picker picker;

    @Inject
    CatchUp(Picker picker) {
        this.picker = picker;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("advert tables read")
                .status(picker.ready())
                .build();
    }
}
