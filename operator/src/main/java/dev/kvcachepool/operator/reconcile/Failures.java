package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.operator.dependent.NameTaken;
import dev.kvcachepool.operator.status.Trouble;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.AggregatedOperatorException;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What went wrong in applying children, in words for the status. */
final class Failures {
    private Failures() {}

    /**
     * From what the workflow throws.
     *
     * @throws OperatorException if it is no failure of a child
     */
    static List<Trouble> of(OperatorException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AggregatedOperatorException children) {
                return of(children.getAggregatedExceptions());
            }
        }
        throw failure;
    }

    /** By the dependents that failed, or their names. */
    static List<Trouble> of(Map<?, Exception> errors) {
        return errors.entrySet().stream()
                .map(error -> trouble(kind(error.getKey()), error.getValue()))
                .distinct()
                .sorted((one, other) -> one.message().compareTo(other.message()))
                .toList();
    }

    private static String kind(Object dependent) {
        return dependent instanceof DependentResource<?, ?> child
                ? child.resourceType().getSimpleName()
                : String.valueOf(dependent).replace('-', ' ');
    }

    private static Trouble trouble(String kind, Exception error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof NameTaken taken) {
                return new Trouble("NameTaken", String.valueOf(taken.getMessage()));
            }
        }
        var refusal = refusal(error);
        if (refusal == null) {
            return new Trouble("ChildFailed", "cannot apply the " + kind + ": " + rootMessage(error));
        }
        var said = said(refusal);
        if (refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
            return new Trouble(
                    "Forbidden",
                    "the operator may not apply the " + kind + " (" + said
                            + "): give its ServiceAccount the ClusterRole of manifests/kustomize/base, or check quotas and admission"
                            + " policies");
        }
        return new Trouble(
                "ChildRefused",
                "the API server refuses the " + kind + " (" + said
                        + "): correct what the message names in the KVCachePool");
    }

    /** The API server's own words where it sent some. */
    static String said(KubernetesClientException refusal) {
        return String.valueOf(
                refusal.getStatus() == null
                        ? refusal.getMessage()
                        : refusal.getStatus().getMessage());
    }

    private static @Nullable KubernetesClientException refusal(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof KubernetesClientException refusal && refusal.getCode() > 0) {
                return refusal;
            }
        }
        return null;
    }

    private static String rootMessage(Throwable error) {
        var cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
