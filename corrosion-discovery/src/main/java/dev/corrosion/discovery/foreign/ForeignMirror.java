package dev.corrosion.discovery.foreign;

import dev.corrosion.Corrosion;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node's rows the same as what another registry says, and writes only what has changed. What an earlier run of the node has
 * mirrored is removed if it is not there any more. One thread at a time.
 */
public final class ForeignMirror {

    private final ForeignTable table;
    private final Map<String, ForeignService> mirrored = new HashMap<>();
    private boolean begun;

    /** @param source whose rows these are, such as {@code consul} */
    public ForeignMirror(Corrosion corrosion, String source, Clock clock) {
        this.table = new ForeignTable(corrosion, source, clock);
    }

    /**
     * Makes the rows say this and nothing else.
     *
     * @throws dev.corrosion.CorrosionException if something could not be written; the rest is written with the next call
     */
    public void show(List<ForeignService> services) {
        if (!begun) {
            List<String> wanted = services.stream().map(ForeignService::id).toList();
            table.load().stream()
                    .map(ForeignService::id)
                    .filter(id -> !wanted.contains(id))
                    .forEach(table::remove);
            begun = true;
        }
        Map<String, ForeignService> wanted = services.stream()
                .collect(Collectors.toMap(ForeignService::id, Function.identity(), (first, second) -> first));
        for (String gone : new ArrayList<>(mirrored.keySet())) {
            if (!wanted.containsKey(gone)) {
                table.remove(gone);
                mirrored.remove(gone);
            }
        }
        wanted.forEach((id, service) -> {
            update(mirrored.get(id), service);
            mirrored.put(id, service);
        });
    }

    private void update(@Nullable ForeignService before, ForeignService now) {
        if (before == null || !withoutStatus(before).equals(withoutStatus(now))) {
            table.put(now);
            return;
        }
        for (int i = 0; i < now.checks().size(); i++) {
            ServiceCheck check = now.checks().get(i);
            if (check.initial() != before.checks().get(i).initial()) {
                table.status(now.id(), check.id(), check.initial(), "");
            }
        }
    }

    private static ForeignService withoutStatus(ForeignService service) {
        List<ServiceCheck> checks = service.checks().stream()
                .map(check -> new ServiceCheck(check.id(), check.kind(), CheckStatus.PASSING, check.deregisterAfter()))
                .toList();
        return new ForeignService(
                service.id(), service.name(), service.namespace(), service.address(), service.maintenance(), checks);
    }
}
