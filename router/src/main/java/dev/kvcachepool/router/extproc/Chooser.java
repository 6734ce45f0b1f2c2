package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Picker;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.pick.Ranking;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.CompletionBody;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.RequestTrace;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Chooses endpoints for one request of a gateway. Reads the body, which takes milliseconds if it is long: not for an event
 * loop. Thread-safe.
 */
final class Chooser {
    private final Picker picker;
    private final Endpoints endpoints;
    private final Tokenizing tokenizing;
    private final PickerLimits limits;
    private final RouterMetrics metrics;

    Chooser(Picker picker, Endpoints endpoints, Tokenizing tokenizing, PickerLimits limits, RouterMetrics metrics) {
        this.picker = picker;
        this.tokenizing = tokenizing;
        this.endpoints = endpoints;
        this.limits = limits;
        this.metrics = metrics;
    }

    /**
     * What is to be chosen for.
     *
     * @param body of the request; empty where it has none
     */
    record Question(RequestHead head, Subset subset, Subset wanted, ByteString body, RequestTrace trace) {
        boolean allows(Endpoint endpoint) {
            return subset.allows(endpoint.spec()) && wanted.allows(endpoint.spec());
        }

        boolean isNarrowed() {
            return subset.given() || wanted.given();
        }
    }

    /** Reads the request. */
    CompletionBody.Parsed read(Question question) throws BadRequest {
        var caller = limits.callers().caller(question.head().caller());
        return body(question).from(caller);
    }

    private CompletionBody.Parsed body(Question question) throws BadRequest {
        if (question.body().isEmpty()) {
            return opaque(1, "there is no body");
        }
        if (!question.head().promisesJson()) {
            return opaque(question.body().size(), "the body is not JSON");
        }
        return CompletionBody.parse(
                question.body().toByteArray(), limits.request().maxPromptTokens(), tokenizing.isOn());
    }

    /** What was read, with its tokens where they can be had. Never fails, returns at once. */
    CompletionStage<CompletionBody.Parsed> tokenized(Question question, CompletionBody.Parsed read) {
        var part = question.trace().tokenizing();
        return tokenizing.resolve(read.request(), read.untokenized()).thenApply(request -> {
            part.close();
            return new CompletionBody.Parsed(request, read.stream(), null);
        });
    }

    /**
     * Chooses and books.
     *
     * @throws BadRequest also where no endpoint may be sent to, with status 503, or the tenant has too much under way, with 429
     */
    Choice choose(Question question, CompletionBody.Parsed read) throws BadRequest {
        var names = allowed(question);
        if (question.isNarrowed() && names.isEmpty()) {
            throw nobody("none of the gateway's subset is there");
        }
        var request = read.request().to(names);
        var ending = read.stream() ? Ending.FIRST_BYTE : Ending.BY_ESTIMATE;
        var start = System.nanoTime();
        var part = question.trace().picking();
        var picked = picker.pick(request, ending);
        part.picked(request, picked.ranking());
        part.close();
        metrics.picked(picker.policy().id(), picked.ranking().basis(), Duration.ofNanos(System.nanoTime() - start));
        var ticket = picked.ticket();
        if (ticket == null) {
            throw picked.ranking().basis() == Ranking.Basis.OVER_SHARE
                    ? BadRequest.overShare(picked.ranking().nobody())
                    : nobody(picked.ranking().nobody());
        }
        var ranked = picked.ranking().ranked();
        // A pod may have come back elsewhere under its name since the names were read.
        if (!question.allows(ranked.getFirst().endpoint())) {
            ticket.abort(false);
            throw nobody("none of the gateway's subset is there any more");
        }
        var destinations = ranked.stream()
                .filter(each -> question.allows(each.endpoint()))
                .limit(limits.destinations())
                .toList();
        return new Choice(picked.ranking(), ticket, ending, destinations);
    }

    private static CompletionBody.Parsed opaque(long tokens, String why) {
        var request = new PickRequest("", "", new Prompt.Opaque(tokens, why), Set.of());
        return new CompletionBody.Parsed(request, false, null);
    }

    private Set<String> allowed(Chooser.Question question) {
        return question.isNarrowed()
                ? endpoints.all().stream()
                        .filter(question::allows)
                        .map(Endpoint::name)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static BadRequest nobody(String why) {
        return new BadRequest(503, "endpoint", why, "one that is ready; try later");
    }
}
