package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.KVCachePoolStatus;
import dev.kvcachepool.operator.dependent.ClientServiceDependent;
import dev.kvcachepool.operator.dependent.ConnectionDependent;
import dev.kvcachepool.operator.dependent.DashboardsDependent;
import dev.kvcachepool.operator.dependent.DisruptionBudgetDependent;
import dev.kvcachepool.operator.dependent.HeadlessServiceDependent;
import dev.kvcachepool.operator.dependent.MadeChildren;
import dev.kvcachepool.operator.dependent.NodeAccountDependent;
import dev.kvcachepool.operator.dependent.NodeConfigDependent;
import dev.kvcachepool.operator.dependent.NodeDaemonSetDependent;
import dev.kvcachepool.operator.dependent.NodePolicyDependent;
import dev.kvcachepool.operator.dependent.NodeStatefulSetDependent;
import dev.kvcachepool.operator.dependent.PrometheusRuleDependent;
import dev.kvcachepool.operator.dependent.RouterAccountDependent;
import dev.kvcachepool.operator.dependent.RouterDeploymentDependent;
import dev.kvcachepool.operator.dependent.RouterPolicyDependent;
import dev.kvcachepool.operator.dependent.RouterRoleBindingDependent;
import dev.kvcachepool.operator.dependent.RouterRoleDependent;
import dev.kvcachepool.operator.dependent.RouterServiceDependent;
import dev.kvcachepool.operator.dependent.ServiceMonitorDependent;
import dev.kvcachepool.operator.dependent.WhenAlerted;
import dev.kvcachepool.operator.dependent.WhenGuarded;
import dev.kvcachepool.operator.dependent.WhenNodeLocal;
import dev.kvcachepool.operator.dependent.WhenNotSidecar;
import dev.kvcachepool.operator.dependent.WhenPooled;
import dev.kvcachepool.operator.dependent.WhenPrometheusRulesAreServed;
import dev.kvcachepool.operator.dependent.WhenRouted;
import dev.kvcachepool.operator.dependent.WhenRouterGuarded;
import dev.kvcachepool.operator.dependent.WhenScraped;
import dev.kvcachepool.operator.dependent.WhenServiceMonitorsAreServed;
import dev.kvcachepool.operator.dependent.WhenShown;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import dev.kvcachepool.operator.probe.Apis;
import dev.kvcachepool.operator.roll.Rollout;
import dev.kvcachepool.operator.scale.Autoscaler;
import dev.kvcachepool.operator.status.Observed;
import dev.kvcachepool.operator.status.PoolStatus;
import dev.kvcachepool.operator.status.Trouble;
import dev.kvcachepool.operator.watch.PoolSources;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings a pool to what its specification says: applies every child, then says in the status what is observed.
 *
 * <p>Nothing is remembered between two calls, save what {@link Autoscaler} can do without, and nothing blocks: children and pods come from informers, what the outside
 * says from {@link dev.kvcachepool.operator.probe.Probe}. A call that finds everything as it shall be writes nothing.
 * Deletion needs no step of its own: children go with their owner.
 */
@ControllerConfiguration(
        name = KVCachePoolReconciler.NAME,
        fieldManager = KVCachePoolReconciler.FIELD_MANAGER,
        // The pause annotation is no part of the generation.
        generationAwareEventProcessing = false,
        informer = @Informer(informerListLimit = PoolSources.PAGE),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
@Workflow(
        explicitInvocation = true,
        dependents = {
            @Dependent(
                    name = NodeAccountDependent.NAME,
                    type = NodeAccountDependent.class,
                    useEventSourceWithName = PoolSources.SERVICE_ACCOUNTS,
                    reconcilePrecondition = WhenNotSidecar.class),
            @Dependent(
                    name = NodeConfigDependent.NAME,
                    type = NodeConfigDependent.class,
                    useEventSourceWithName = PoolSources.CONFIG_MAPS),
            @Dependent(
                    name = ConnectionDependent.NAME,
                    type = ConnectionDependent.class,
                    useEventSourceWithName = PoolSources.CONFIG_MAPS),
            @Dependent(
                    name = HeadlessServiceDependent.NAME,
                    type = HeadlessServiceDependent.class,
                    useEventSourceWithName = PoolSources.SERVICES,
                    reconcilePrecondition = WhenNotSidecar.class),
            @Dependent(
                    name = ClientServiceDependent.NAME,
                    type = ClientServiceDependent.class,
                    useEventSourceWithName = PoolSources.SERVICES,
                    reconcilePrecondition = WhenNotSidecar.class),
            @Dependent(
                    name = ServiceMonitorDependent.NAME,
                    type = ServiceMonitorDependent.class,
                    activationCondition = WhenServiceMonitorsAreServed.class,
                    reconcilePrecondition = WhenScraped.class),
            @Dependent(
                    name = PrometheusRuleDependent.NAME,
                    type = PrometheusRuleDependent.class,
                    activationCondition = WhenPrometheusRulesAreServed.class,
                    reconcilePrecondition = WhenAlerted.class),
            @Dependent(
                    name = DashboardsDependent.NAME,
                    type = DashboardsDependent.class,
                    useEventSourceWithName = PoolSources.CONFIG_MAPS,
                    reconcilePrecondition = WhenShown.class),
            @Dependent(
                    name = DisruptionBudgetDependent.NAME,
                    type = DisruptionBudgetDependent.class,
                    useEventSourceWithName = PoolSources.DISRUPTION_BUDGETS,
                    reconcilePrecondition = WhenPooled.class),
            @Dependent(
                    name = NodePolicyDependent.NAME,
                    type = NodePolicyDependent.class,
                    useEventSourceWithName = PoolSources.NETWORK_POLICIES,
                    reconcilePrecondition = WhenGuarded.class),
            @Dependent(
                    name = RouterPolicyDependent.NAME,
                    type = RouterPolicyDependent.class,
                    useEventSourceWithName = PoolSources.NETWORK_POLICIES,
                    reconcilePrecondition = WhenRouterGuarded.class),
            @Dependent(
                    name = NodeStatefulSetDependent.NAME,
                    type = NodeStatefulSetDependent.class,
                    useEventSourceWithName = PoolSources.STATEFUL_SETS,
                    reconcilePrecondition = WhenPooled.class),
            @Dependent(
                    name = NodeDaemonSetDependent.NAME,
                    type = NodeDaemonSetDependent.class,
                    useEventSourceWithName = PoolSources.DAEMON_SETS,
                    reconcilePrecondition = WhenNodeLocal.class),
            @Dependent(
                    name = RouterAccountDependent.NAME,
                    type = RouterAccountDependent.class,
                    useEventSourceWithName = PoolSources.SERVICE_ACCOUNTS,
                    reconcilePrecondition = WhenRouted.class),
            @Dependent(
                    name = RouterRoleDependent.NAME,
                    type = RouterRoleDependent.class,
                    useEventSourceWithName = PoolSources.ROLES,
                    reconcilePrecondition = WhenRouted.class),
            @Dependent(
                    name = RouterRoleBindingDependent.NAME,
                    type = RouterRoleBindingDependent.class,
                    useEventSourceWithName = PoolSources.ROLE_BINDINGS,
                    // Only a role that is there can be judged to give no more than the operator has.
                    dependsOn = RouterRoleDependent.NAME,
                    reconcilePrecondition = WhenRouted.class),
            @Dependent(
                    name = RouterServiceDependent.NAME,
                    type = RouterServiceDependent.class,
                    useEventSourceWithName = PoolSources.SERVICES,
                    reconcilePrecondition = WhenRouted.class),
            @Dependent(
                    name = RouterDeploymentDependent.NAME,
                    type = RouterDeploymentDependent.class,
                    useEventSourceWithName = PoolSources.DEPLOYMENTS,
                    reconcilePrecondition = WhenRouted.class)
        })
public final class KVCachePoolReconciler implements Reconciler<KVCachePool> {
    /** Name of the controller. */
    public static final String NAME = "kvcachepool";

    /** The one field manager under which everything is applied. */
    public static final String FIELD_MANAGER = "kvcachepool-operator";

    /** For what no watch tells, such as time. A pool that is as it shall be is looked at a fifth as often: a look takes 13 ms of CPU. */
    private static final Duration WHILE_PROGRESSING = Duration.ofMinutes(1);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(3);
    /** Nobody tells when another API comes. */
    private static final Duration UNTIL_SERVED = Duration.ofSeconds(15);
    /**
     * The SDK takes events that come while it writes a status for echoes of that write; a change of the specification
     * between two looks would wait for the next event. A look that finds nothing new costs no request.
     */
    private static final Duration AFTER_STATUS = Duration.ofSeconds(1);

    private final PoolStatus statuses;
    private final Events events;
    private final Observation observation;
    private final Claims claims;
    private final Restarts restarts;
    private final OptionalApis optional;
    private final PoolGauges gauges;
    private final Autoscaler autoscaler;

    KVCachePoolReconciler(
            PoolStatus statuses,
            Events events,
            Observation observation,
            Rollout rollout,
            Apis apis,
            PoolGauges gauges,
            Autoscaler autoscaler) {
        this.statuses = statuses;
        this.events = events;
        this.observation = observation;
        this.claims = new Claims(events);
        this.restarts = new Restarts(rollout);
        this.optional = new OptionalApis(apis);
        this.gauges = gauges;
        this.autoscaler = autoscaler;
    }

    @Override
    public List<EventSource<?, KVCachePool>> prepareEventSources(EventSourceContext<KVCachePool> context) {
        gauges.follow(() -> context.getPrimaryCache().list());
        return observation.sources(context);
    }

    @Override
    public UpdateControl<KVCachePool> reconcile(KVCachePool pool, Context<KVCachePool> context) {
        var paused = isPaused(pool);
        var lacking = optional.lookInto(pool, context);
        // While Strimzi has not said how Kafka is reached, what runs stays as it is.
        observation.tellOfSecrets(pool, context);
        var waits = !observation.knowsKafka(pool, context);
        var failures = new ArrayList<>(paused || waits ? List.of() : applyAll(pool, context));
        var progress = restarts.goOn(pool, context, paused || waits || !failures.isEmpty(), failures);
        var observed = observation.of(pool, context, paused, failures, lacking, progress);
        var present = NodeStatefulSetDependent.presentNodes(pool, context);
        var control = report(pool, observed.with(autoscaler.look(pool, present, observed)));
        if (!failures.isEmpty()) {
            return control.rescheduleAfter(AFTER_FAILURE);
        }
        return control.isPatchStatus() ? control : atRest(pool, control, lacking);
    }

    private UpdateControl<KVCachePool> atRest(
            KVCachePool pool, UpdateControl<KVCachePool> control, List<Trouble> lacking) {
        return Stream.of(
                        Optional.ofNullable(autoscaler.lookAgainAfter(pool)),
                        untilServed(lacking),
                        isAsItShallBe(pool) ? Optional.<Duration>empty() : Optional.of(WHILE_PROGRESSING))
                .flatMap(Optional::stream)
                .min(Duration::compareTo)
                .map(control::rescheduleAfter)
                .orElse(control);
    }

    private static boolean isAsItShallBe(KVCachePool pool) {
        var status = pool.getStatus();
        return status != null
                && status.conditions().stream().noneMatch(condition -> switch (condition.getType()) {
                    case "Progressing" -> !condition.getStatus().equals("False");
                    case "Degraded" -> condition.getStatus().equals("True");
                    default -> false;
                });
    }

    private static Optional<Duration> untilServed(List<Trouble> lacking) {
        return lacking.isEmpty() ? Optional.empty() : Optional.of(UNTIL_SERVED);
    }

    private List<Trouble> applyAll(KVCachePool pool, Context<KVCachePool> context) {
        var failures = new ArrayList<>(applyChildren(pool, context));
        failures.addAll(claims.bringUpToDate(pool, context));
        return failures;
    }

    private List<Trouble> applyChildren(KVCachePool pool, Context<KVCachePool> context) {
        var made = MadeChildren.noted(context);
        try {
            var result = context.managedWorkflowAndDependentResourceContext().reconcileManagedWorkflow();
            return Failures.of(result.getErroredDependents());
        } catch (OperatorException e) {
            return Failures.of(e);
        } finally {
            if (!made.names().isEmpty()) {
                events.normal(pool, Reason.ChildCreated, "created " + String.join(", ", made.names()));
            }
        }
    }

    private static boolean isPaused(KVCachePool pool) {
        var annotations = pool.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(KVCachePool.PAUSE_ANNOTATION));
    }

    private UpdateControl<KVCachePool> report(KVCachePool pool, Observed observed) {
        var before = pool.getStatus();
        var after = statuses.of(pool, observed);
        if (after.equals(before)) {
            return UpdateControl.noUpdate();
        }
        tell(pool, before, after);
        var patch = new KVCachePool();
        patch.setMetadata(new ObjectMetaBuilder()
                .withName(pool.getMetadata().getName())
                .withNamespace(pool.getMetadata().getNamespace())
                .build());
        patch.setStatus(after);
        return UpdateControl.patchStatus(patch).rescheduleAfter(AFTER_STATUS);
    }

    private void tell(KVCachePool pool, @Nullable KVCachePoolStatus before, KVCachePoolStatus after) {
        for (var condition : PoolStatus.transitions(before, after)) {
            var text = condition.getType() + " is " + condition.getStatus() + " (" + condition.getReason() + "): "
                    + condition.getMessage();
            if (condition.getType().equals("Degraded") && condition.getStatus().equals("True")) {
                events.warning(pool, Reason.ConditionChanged, text);
            } else if (before != null) {
                events.normal(pool, Reason.ConditionChanged, text);
            }
        }
    }
}
