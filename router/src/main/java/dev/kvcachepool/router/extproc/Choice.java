package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.Ending;
import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.pick.Ranked;
import dev.kvcachepool.router.pick.Ranking;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was chosen for a request, and booked.
 *
 * @param ticket of the booking at the first of {@code destinations}
 * @param destinations the best first, one at the least
 */
record Choice(Ranking ranking, Ticket ticket, Ending ending, List<Ranked> destinations) {

    Ranked best() {
        return destinations.getFirst();
    }

    String text() {
        return destinations.stream()
                .map(ranked -> Destination.of(ranked.endpoint().spec()))
                .collect(Collectors.joining(","));
    }
}
