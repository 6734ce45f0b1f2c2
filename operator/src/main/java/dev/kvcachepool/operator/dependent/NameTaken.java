package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Objects;
import java.util.stream.Collectors;

/** A child could not be made, as there is an object of its name which is somebody else's. Its message is for the status. */
public final class NameTaken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private NameTaken(String message) {
        super(message);
    }

    /** Whether the pool is no owner of what is there. */
    static boolean isForeign(HasMetadata there, KVCachePool pool) {
        var uid = pool.getMetadata().getUid();
        return there.getMetadata().getOwnerReferences().stream()
                .noneMatch(owner -> Objects.equals(owner.getUid(), uid));
    }

    static NameTaken by(HasMetadata there) {
        var what = ChildDependent.describe(there);
        var owners = there.getMetadata().getOwnerReferences();
        var whose = owners.isEmpty()
                ? "was not made by the operator"
                : "belongs to " + owners.stream().map(NameTaken::text).collect(Collectors.joining(", "));
        return new NameTaken(what + " is there already and " + whose + ": delete it, or give the pool another name");
    }

    private static String text(OwnerReference owner) {
        return owner.getKind() + " " + owner.getName();
    }
}
