package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.tenant.TenantSettings;
import dev.kvcachepool.cachenode.tenant.Tenants;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Whose values may take how much of a node. */
final class TenantFlags {
    @Option(
            names = Tenants.FLAG,
            split = ";",
            paramLabel = "<tenant>",
            converter = OptionTypes.Tenant.class,
            description =
                    "how much of this node the values of some cache salts may take: " + OptionTypes.Tenant.FORM
                            + ", where the file has a salt a line and is followed when it changes; at least one size; repeatable")
    List<TenantSettings> tenants = new ArrayList<>();

    /**
     * What the flags say.
     *
     * @param lm whether {@code lm://} is served
     * @throws IllegalArgumentException with a line for the user
     */
    Tenants tenants(boolean lm) {
        if (lm && !tenants.isEmpty()) {
            throw new IllegalArgumentException(
                    Tenants.FLAG + " is not allowed with --lm-port: lm:// does not tell who its clients are");
        }
        return new Tenants(tenants);
    }
}
