package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;

/**
 * What gateways may take of the picker.
 *
 * @param request of one request
 * @param maxHeaders in a request's head
 * @param maxStreams HTTP exchanges at a time, whose answers may be under way for long
 * @param destinations most endpoints named in an answer: one, and those to fall back to
 * @param conformance whether the headers of the inference extension's conformance suite are heeded: any client could
 *     choose its engine by them
 * @param callers which headers say whose a request is
 */
public record PickerLimits(
        Limits request, int maxHeaders, int maxStreams, int destinations, boolean conformance, CallerHeaders callers) {}
